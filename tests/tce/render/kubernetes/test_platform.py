from __future__ import annotations

from typing import Any

import pytest

from tce.render.kubernetes import places, platform
from tests.tce.intent.specifications import ALPS, typed
from tests.tce.render.documents import every

Spec = dict[str, Any]


def made(example: str = "hospital") -> dict[str, Spec]:
    found = every(platform.files(typed(example=example)), "CiliumNetworkPolicy")
    return {name: one["spec"] for name, one in found.items()}


@pytest.mark.parametrize("example", ["hospital", ALPS])
def test_every_namespace_of_the_platform_has_a_policy(example: str) -> None:
    names = {f"tce-{one}" for one in places.platform(typed(example=example))}
    assert names <= made(example).keys()


def test_each_works_with_one_place_of_the_institution() -> None:
    policies = made()
    reached = {
        name: sorted(address for rule in one["egress"] for address in rule.get("toCIDR", []))
        for name, one in policies.items()
    }
    assert reached["tce-cert-manager"] == ["10.200.0.10/32"]
    assert reached["tce-external-secrets"] == ["10.200.0.10/32"]
    assert reached["tce-argocd"] == ["10.200.0.20/32"]
    assert reached["tce-dex"] == ["10.200.0.20/32"]
    assert reached["tce-longhorn-system"] == []


def test_name_servers_ask_the_institutions_and_nobody_elses() -> None:
    rules = [one for one in made()["name-servers"]["egress"] if "toCIDR" in one]
    assert {one["toCIDR"][0] for one in rules} == {"10.200.0.53/32"}
    assert {one["toPorts"][0]["ports"][0]["port"] for one in rules} == {"53"}


def test_nobody_is_let_in_from_the_world() -> None:
    said = str(made())
    assert "world" not in said
    assert "'all'" not in said


def test_a_ceph_is_reached_by_flows_that_end_there() -> None:
    ceph = {
        "id": "0c9d2f4e-0000-4000-8000-000000000000",
        "monitors": ["10.1.9.1:6789"],
        "cidr": "10.1.9.0/24",
        "pool": "tce",
        "filesystem": "cephfs",
    }
    flow = {
        "name": "volumes",
        "from": {"zone": "tce"},
        "to": {"zone": "provider", "networks": ["10.1.9.0/24"]},
        "protocol": "tcp",
        "ports": [6789, "6800-7568"],
        "why": "volumes, encrypted before they leave a machine",
        "owner": "platform team of the hospital",
        "expires": "2027-11-30",
    }
    spec = typed(
        {
            "ceph": ceph,
            "flows/+": flow,
            "cluster/components/+": "ceph-csi",
            "versions/components/ceph-csi": "3.15.0",
        }
    )
    found = every(platform.files(spec), "CiliumNetworkPolicy")
    assert "tce-longhorn-system" not in found
    egress = found["tce-ceph-csi"]["spec"]["egress"]
    assert ["10.1.9.0/24"] in [one.get("toCIDR") for one in egress]
