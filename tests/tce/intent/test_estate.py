"""An environment's cluster in the words of the cluster blueprint."""

from __future__ import annotations

from tce.intent.estate import estate, nodes, version
from tests.tce.intent.specifications import ALPS, typed


def test_networks_are_the_zones_that_nodes_lie_in() -> None:
    found = estate(typed(example=ALPS)).networks
    assert {name: (one.cidr, one.gateway, one.vlan) for name, one in found.items()} == {
        "tce": ("10.91.20.0/24", "10.91.20.1", 422),
        "gpu": ("10.91.24.0/23", "10.91.24.1", 424),
    }
    assert set(estate(typed()).networks) == {"tce"}


def test_nodes_are_of_the_family_of_pods() -> None:
    spec = typed(example=ALPS)
    assert version(spec) == 4
    assert nodes(spec).masters.zone.versions == {4}


def test_pools_are_known_with_their_zones() -> None:
    found = nodes(typed(example=ALPS))
    assert [one.zone.network for one in found.nodes] == ["tce", "tce", "gpu"]
    assert found.api.addresses == ("10.91.20.10/32",)
