from __future__ import annotations

from tce.render.network.machines import mac, machines, vlans
from tests.tce.intent.specifications import ALPS, typed


def test_the_gateway_has_a_leg_in_each_vlan_and_nodes_have_one() -> None:
    gateway, *nodes = machines(typed(example=ALPS))
    assert [(one.zone, one.leg) for one in gateway.ports] == [
        ("tce", "tce0"),
        ("gpu", "hsn0"),
        ("transit", "up0"),
    ]
    assert all([one.zone for one in node.ports] == ["tce"] for node in nodes)


def test_nodes_have_the_addresses_that_are_named_and_the_gateway_as_their_router() -> None:
    found = {one.name: one.ports[0] for one in machines(typed())}
    assert found["hospital-masters-2"].addresses == ("10.90.12.12/24", "2001:db8:90:12::12/64")
    assert found["hospital-masters-2"].routers == ("10.90.12.1", "2001:db8:90:12::1")
    assert found["hospital-workers-4"].addresses == ("10.90.12.67/24", "2001:db8:90:12::67/64")


def test_nodes_of_the_supercomputer_are_no_machines_of_harvester() -> None:
    assert not [one for one in machines(typed(example=ALPS)) if one.pool == "gpu"]


def test_hardware_addresses_are_of_one_host_and_of_nobody_else() -> None:
    found = [port.mac for one in machines(typed()) for port in one.ports]
    assert len(set(found)) == len(found)
    assert all(int(one[:2], 16) & 3 == 2 for one in found)
    assert mac("a", "b") == mac("a", "b") != mac("a", "c")


def test_zones_have_their_vlans() -> None:
    assert dict(vlans(typed())) == {"tce": 412, "transit": 411}
    assert dict(vlans(typed(example=ALPS))) == {"tce": 422, "transit": 421, "gpu": 424}
