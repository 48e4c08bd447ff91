from __future__ import annotations

from pathlib import Path
from typing import cast

from blueprints.engine.drawing import Box
from blueprints.engine.spec import load
from blueprints.kinds.cluster import BLUEPRINT
from blueprints.kinds.cluster.drawing import amount, drawing, pools
from blueprints.kinds.cluster.openings.derive import openings
from blueprints.kinds.cluster.spec import Specification
from tests.blueprints.kinds.cluster.specifications import data, typed

SPEC = cast(Specification, load(Path(BLUEPRINT.folder) / "examples" / "cluster.yaml").model)
DRAWING = drawing(SPEC)


def box(environment: str, name: str) -> Box:
    (group,) = (one for one in DRAWING.groups if one.name == environment)
    (found,) = (one for one in group.boxes if one.name == name)
    return found


def test_every_cluster_of_every_environment_is_drawn_once() -> None:
    drawn = [(group.name, one.name) for group in DRAWING.groups for one in group.boxes]
    assert drawn == [(environment, cluster.name) for environment, cluster, _ in SPEC.deployments()]


def test_every_pool_is_drawn_with_its_nodes_on_its_network() -> None:
    for (_, _, deployment), made in zip(SPEC.deployments(), DRAWING.boxes(), strict=True):
        nodes = {node.name: node for lane in made.lanes for node in lane.nodes}
        assert {name: node.amount for name, node in nodes.items()} == {
            pool.name: amount(pool) for pool in pools(deployment)
        }
        assert [node.name for node in nodes.values() if node.badge] == [deployment.masters.name]
        assert made.lanes[0].id == deployment.network


def test_hpc_nodes_lie_on_the_high_speed_network() -> None:
    first, second = box("production", "inference").lanes
    assert (first.kind, first.facts[0]) == ("VLAN 210", "management")
    assert (second.kind, second.facts) == (
        "VLAN 310",
        ("high-speed", "10.31.0.0/20", "MTU 9000"),
    )
    (gpu,) = second.nodes
    assert gpu.kind == "HPC nodes of Alps"
    assert gpu.facts == (
        "288 CPU",
        "800Gi memory",
        "4 GPUs",
        "200Gi RAM disk",
        "vCluster inference",
    )


def test_between_two_networks_stands_how_much_a_firewall_lets_through() -> None:
    (edge,) = box("production", "inference").edges
    crossing = [
        one
        for one in openings(SPEC)
        if one.cluster == "production-inference"
        and {one.source.network, one.destination.network} == {edge.source, edge.target}
    ]
    assert edge.label == f"{len(crossing)} openings"
    assert box("production", "data").edges == ()


def test_components_are_those_of_the_cluster_in_the_versions_of_the_environment() -> None:
    parts = dict(box("development", "inference").parts)
    assert parts["metallb"] == SPEC.environments["development"].versions.components["metallb"]
    assert list(parts) == list(SPEC.clusters[0].components)


def test_colours_are_explained_for_the_flavours_that_there_are() -> None:
    assert [words for _, words in DRAWING.legend] == [
        "SUSE Virtualization",
        "VMware",
        "bare metal",
        "HPC nodes of Alps",
    ]
    only = drawing(typed({"clusters": [data()["clusters"][2]]}))
    assert [words for _, words in only.legend] == ["bare metal"]


def test_a_cluster_of_one_master_says_so() -> None:
    assert next(drawing(typed()).boxes()).summary == "3 masters, 3 workers"
    alone = drawing(typed({"clusters/1/environments/production/masters/count": 1}))
    assert [one.summary for one in alone.boxes() if one.name == "models"] == [
        "1 master, 5 workers, 8 GPUs"
    ]
