from __future__ import annotations

from tce.render.kubernetes import ingress
from tests.tce.intent.specifications import ALPS, typed
from tests.tce.render.documents import every


def test_services_get_the_addresses_that_are_declared_for_them() -> None:
    spec = typed()
    (said,) = spec.cluster.environments["production"].addresses
    pool = every(ingress.files(spec), "CiliumLoadBalancerIPPool")["tce-services"]
    assert pool["spec"]["blocks"] == [{"cidr": said}]
    first, last = (said.replace(".224/28", end) for end in (".225", ".230"))
    wanted = {"cluster/environments/production/addresses": [f"{first}-{last}"]}
    pool = every(ingress.files(typed(wanted)), "CiliumLoadBalancerIPPool")["tce-services"]
    assert pool["spec"]["blocks"] == [{"start": first, "stop": last}]


def test_neither_servers_nor_nodes_of_the_supercomputer_answer_for_them() -> None:
    for example, keys in (
        ("hospital", ["node-role.kubernetes.io/control-plane"]),
        (ALPS, ["node-role.kubernetes.io/control-plane", "hpc"]),
    ):
        made = every(ingress.files(typed(example=example)), "CiliumL2AnnouncementPolicy")
        selector = made["tce-services"]["spec"]["nodeSelector"]["matchExpressions"]
        assert [one["key"] for one in selector] == keys
        assert {one["operator"] for one in selector} == {"DoesNotExist"}


def test_a_way_in_has_a_certificate_and_knows_no_http() -> None:
    made = ingress.way_in("web", "team", "web.example.org", "web", "http", {})
    spec = made["spec"]
    assert isinstance(spec, dict)
    assert spec["tls"] == [{"hosts": ["web.example.org"], "secretName": "web-tls"}]
    assert "'ingress.cilium.io/force-https': 'enabled'" in str(made["metadata"])
