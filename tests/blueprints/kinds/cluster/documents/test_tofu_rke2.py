"""Settings of RKE2."""

from blueprints.check.tofu.functions import PLAIN
from blueprints.check.tofu.values import Scope
from tests.blueprints.kinds.cluster.tofu import files, parsed

SETTINGS = "tofu/modules/cluster/settings.tf"


def test_servers_agree_on_what_they_have_to() -> None:
    server = parsed(SETTINGS)["locals"]["server"]
    assert {
        "cni",
        "cluster-cidr",
        "service-cidr",
        "cluster-dns",
        "cluster-domain",
        "disable-kube-proxy",
    } <= set(server)
    assert server["profile"] == "cis"


def test_cilium_takes_kube_proxys_place_by_a_boolean() -> None:
    values = parsed(SETTINGS)["locals"]["cilium_values"]
    assert values["kubeProxyReplacement"] is True
    assert values["k8sServicePort"] == 6443


def test_cilium_asks_the_api_server_at_the_nodes_own_address_of_its_family() -> None:
    host = parsed(SETTINGS)["locals"]["cilium_values"]["k8sServiceHost"]
    found = {
        pods: Scope({"var": {"ranges": {"pods": pods}}}, PLAIN).of(host)
        for pods in ("10.42.0.0/16", "fd00:42::/56")
    }
    assert found == {"10.42.0.0/16": "127.0.0.1", "fd00:42::/56": "::1"}


def test_service_lb_is_not_asked_for() -> None:
    assert "servicelb" not in files()[SETTINGS]


def test_people_come_with_tokens_of_the_identity_provider() -> None:
    arguments = parsed(SETTINGS)["locals"]["server"]["kube-apiserver-arg"]
    assert "oidc-groups-prefix=${var.identity.groups_prefix}" in arguments
    assert "oidc-username-prefix=oidc:" in arguments
