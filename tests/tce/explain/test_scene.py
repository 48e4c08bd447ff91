"""Devices as their files say, read back."""

from __future__ import annotations

from pathlib import Path

import pytest

from blueprints.errors import ExpectedError
from tce.explain.scene import read
from tests.tce.environments import RULESET, TODAY, edited, environment


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return environment(tmp_path / "hospital")


def test_every_device_is_read_the_perimeter_first(folder: Path) -> None:
    scene = read(folder, TODAY)
    assert [one.name for one in scene.devices] == ["perimeter", "leaf1", "leaf2", "leaf3"]
    assert [one.problem for one in scene.devices] == [None] * 4
    assert scene.devices[0].at("forward", 6)
    assert scene.switches[0].at("in", 4)
    assert scene.switches[0].at("forward", 4) is None


def test_a_device_that_is_not_understood_says_why(folder: Path) -> None:
    edited(folder, RULESET, "ct state established counter accept", "ct state bogus accept")
    (folder / "network/switches/leaf1.eos").unlink()
    (folder / "network/switches/leaf2.ios").write_bytes(b"\xff")
    perimeter, leaf1, leaf2, _ = read(folder, TODAY).devices
    assert perimeter.problem is not None
    assert perimeter.problem.startswith(f"{RULESET}:")
    assert leaf1.problem == "network/switches/leaf1.eos:1: there is no such file"
    assert leaf2.problem == "network/switches/leaf2.ios:1: not UTF-8"


def test_zones_are_found_by_address(folder: Path) -> None:
    scene = read(folder, TODAY)
    found = {text: scene.zone(4, number) for text, number in (("tce", 0x0A5A0C07), ("none", 0))}
    assert found["tce"] is not None
    assert found["tce"].name == "tce"
    assert found["none"] is None


def test_flows_keep_their_own_words(folder: Path) -> None:
    assert read(folder, TODAY).flows["kubectl"]["owner"] == "platform team of the hospital"


def test_what_is_expected_is_made_once(folder: Path) -> None:
    scene = read(folder, TODAY)
    assert scene.expected("in", 4) is scene.expected("in", 4)
    assert scene.expected("in", 4) != scene.expected("out", 4)
    assert scene.expected("input", 4).must


def test_another_folder_holds_no_environment(tmp_path: Path) -> None:
    with pytest.raises(ExpectedError, match=r"has no spec\.yaml: not a rendered environment"):
        read(tmp_path, TODAY)
