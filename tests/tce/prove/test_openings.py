"""What nodes need of each other, written down twice."""

from __future__ import annotations

from typing import Any

import pytest

from tce.intent import openings as theirs
from tce.prove.openings import across
from tce.prove.ranges import network, union
from tests.tce.intent.specifications import data, typed

POOLS = "cluster/environments/production"
TAINTED = {
    "name": "tainted",
    "flavour": "harvester",
    "on": "central",
    "network": "tce",
    "count": 2,
    "cpu": 8,
    "memory": "32Gi",
    "disk": "100Gi",
    "taints": [{"key": "only", "value": "batch", "effect": "NoSchedule"}],
}


@pytest.mark.parametrize(
    "changes",
    [
        {},
        {f"{POOLS}/workers/+": TAINTED, "nodes/tainted": ["10.91.20.70-10.91.20.71"]},
    ],
)
def test_the_ports_are_the_cluster_blueprints(changes: dict[str, Any]) -> None:
    said = data(changes, "alps")
    expected = set()
    for one in theirs.across(typed(changes, "alps")):
        ports = tuple((each.first, each.last) for each in one.opening.ports)
        ends = [union(network(each)[1] for each in end) for end in (one.sources, one.destinations)]
        expected.add((one.source_zone, one.destination_zone, *ends, one.opening.protocol, ports))
    family, found = across(said)
    assert family == 4
    assert expected
    assert expected == {
        (o.source_zone, o.destination_zone, o.sources, o.destinations, o.protocol, o.ports)
        for o in found
    }


def test_a_cluster_in_one_zone_needs_none() -> None:
    assert across(data()) == (4, ())


@pytest.mark.parametrize("change", [{"name": "calico"}, {"encryption": "none"}])
def test_another_network_of_pods_is_not_understood(change: dict[str, str]) -> None:
    said = data({f"cluster/cni/{key}": value for key, value in change.items()}, "alps")
    with pytest.raises(ValueError, match="Cilium"):
        across(said)
