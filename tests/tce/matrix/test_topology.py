"""Where things are drawn: nothing over anything else, nothing outside, every zone once."""

from __future__ import annotations

from itertools import combinations
from pathlib import Path

import pytest

from tce.explain.scene import Scene, read
from tce.matrix.topology import Topology, rows, topology
from tests.tce.environments import TODAY, edited, environment


def drawn(scene: Scene) -> Topology:
    return topology(scene, lambda zone: zone.name != "tenants")


@pytest.fixture(params=["hospital", "alps"])
def scene(request: pytest.FixtureRequest, tmp_path: Path) -> Scene:
    return read(environment(tmp_path / "it", request.param), TODAY)


def test_every_zone_and_device_is_drawn_once(scene: Scene) -> None:
    heads = [shape.lines[0].split(" (")[0] for shape in drawn(scene).shapes]
    assert sorted(heads) == sorted([*scene.intent.zones, "gateway", "switches", "WireGuard"])


def test_no_box_is_over_another_or_outside(scene: Scene) -> None:
    made = drawn(scene)
    for one in made.shapes:
        assert one.x >= 0
        assert one.y >= 0
        assert one.x + one.width <= made.width
        assert one.y + one.height <= made.height
        for y, text, _ in rows(one):
            assert one.y < y < one.y + one.height
            assert len(text) <= 40
    for one, other in combinations(made.shapes, 2):
        beside = one.x + one.width <= other.x or other.x + other.width <= one.x
        above = one.y + one.height <= other.y or other.y + other.height <= one.y
        assert beside or above, (one.lines, other.lines)


def test_a_line_says_whether_anything_may_begin_on_it(scene: Scene) -> None:
    made = drawn(scene)
    shut = [line for line in made.lines if not line.open]
    (tenants,) = (shape for shape in made.shapes if shape.sort == "kept")
    assert [(line.x2, line.y2) for line in shut] == [(tenants.x, tenants.y + tenants.height // 2)]


def test_every_leg_is_named(scene: Scene) -> None:
    labels = {line.label for line in drawn(scene).lines} - {""}
    assert labels == set(scene.intent.legs)


def test_a_zone_behind_a_leg_of_its_own_needs_nothing_between(tmp_path: Path) -> None:
    folder = environment(tmp_path / "hospital")
    edited(
        folder, "spec.yaml", "fabric: {kind: fabric, leg: up0", "fabric: {kind: fabric, leg: hsn0"
    )
    made = drawn(read(folder, TODAY))
    (line,) = (line for line in made.lines if line.label == "hsn0")
    (fabric,) = (shape for shape in made.shapes if shape.lines[0] == "fabric")
    assert (line.x2, line.y2) == (fabric.x, fabric.y + fabric.height // 2)
