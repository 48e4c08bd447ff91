from __future__ import annotations

from tce.render.cluster.machines import nodes
from tce.render.network.machines import GATEWAY, machines
from tests.tce.intent.specifications import ALPS, typed


def test_nodes_are_the_machines_that_the_provider_makes_but_for_the_gateway() -> None:
    spec = typed()
    made = [one.name for one in machines(spec) if one.pool != GATEWAY]
    assert [one.name for one in nodes(spec)] == made
    assert [one.address for one in nodes(spec)][:4] == [
        *("10.90.12.11", "10.90.12.12", "10.90.12.13"),
        "10.90.12.64",
    ]


def test_servers_are_the_pool_of_masters_and_come_first() -> None:
    found = [(one.role, one.pool) for one in nodes(typed(example=ALPS))]
    assert found[:3] == [("server", "masters")] * 3
    assert {role for role, _ in found[3:]} == {"agent"}


def test_nodes_of_the_supercomputer_have_their_own_names_and_keep_nothing() -> None:
    found = {one.name: one for one in nodes(typed(example=ALPS))}
    assert found["nid001001"].diskless
    assert found["nid001001"].address == "10.91.24.11"
    assert not any(one.diskless for name, one in found.items() if not name.startswith("nid"))


def test_every_disk_with_data_is_one_that_the_node_encrypts_itself() -> None:
    for machine in machines(typed(example=ALPS)):
        assert (machine.data is None) == (machine.pool == GATEWAY)
