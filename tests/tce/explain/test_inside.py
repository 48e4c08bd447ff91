"""What Cilium does with a packet that came as far as a node, or as the way in by HTTPS."""

from __future__ import annotations

from pathlib import Path

import pytest

from tce.explain.explain import of_scene
from tce.explain.inside import Inside, inside
from tce.explain.packet import parse
from tce.explain.scene import Scene, read
from tests.tce.environments import TODAY, edited, environment

WIDE = "k8s/policy/clusterwide.yaml"


@pytest.fixture(scope="module")
def scene(tmp_path_factory: pytest.TempPathFactory) -> Scene:
    return read(environment(tmp_path_factory.mktemp("in") / "h", policies=True), TODAY)


def told(scene: Scene, text: str) -> Inside | None:
    return inside(scene, parse(text).packet)


@pytest.mark.parametrize(
    ("text", "rule"),
    [
        ("tcp 10.200.4.7 > 10.90.12.10:6443", "tce-nodes lets it in at a node"),
        ("tcp 10.200.4.7 > 10.90.12.66:22", "tce-nodes lets it in at a node"),
        ("icmp 10.200.4.7 > 10.90.12.66", "tce-nodes lets it in at a node"),
        ("tcp 10.200.9.7 > 10.90.12.230:443", "tce-ingress lets it in at ingress"),
        ("tcp 10.90.12.64 > 10.90.12.11:10250", "tce-nodes lets it in at a node"),
    ],
)
def test_what_is_declared_is_let_in_by_a_policy_with_its_line(
    scene: Scene, text: str, rule: str
) -> None:
    found = told(scene, text)
    assert found is not None
    assert (found.verdict, found.rule) == ("accept", rule)
    file, _, line = found.at.rpartition(":")
    assert file == WIDE
    assert (scene.folder / file).read_text().splitlines()[int(line) - 1].lstrip().startswith("- ")


@pytest.mark.parametrize(
    "text",
    [
        "tcp 10.200.4.7 > 10.90.12.11:10250",
        "tcp 10.200.9.7 > 10.90.12.10:6443",
        "tcp 10.128.0.7 > 10.90.12.230:443",
        "tcp 10.200.4.7 > 10.90.12.230:80",
        "udp 10.200.4.7 > 10.90.12.11:51871",
    ],
)
def test_what_no_policy_names_is_dropped(scene: Scene, text: str) -> None:
    found = told(scene, text)
    assert found is not None
    assert found.verdict == "drop"


@pytest.mark.parametrize(
    "text",
    [
        "tcp 10.90.12.64 > 10.200.0.10:8200",
        "tcp 10.200.4.7 > 10.90.12.1:22",
        "tcp 10.200.0.10:8200 > 10.90.12.64:40000 established",
        "tcp [2001:db8:200:4::7] > [2001:db8:90:12::10]:6443",
    ],
)
def test_what_is_for_no_node_or_begins_nothing_is_not_its_matter(scene: Scene, text: str) -> None:
    assert told(scene, text) is None


def test_a_flow_that_cilium_drops_is_told_as_wrong(tmp_path: Path) -> None:
    folder = environment(tmp_path / "h", policies=True)
    edited(folder, WIDE, '- "10.200.4.0/24"', '- "10.200.5.0/24"')
    text = "tcp 10.200.4.7 > 10.90.12.66:22"
    one = of_scene(read(folder, TODAY), text, parse(text))
    assert one.steps[-1].device == "kubernetes"
    assert one.steps[-1].wrong
    assert (one.verdict, one.exit_code) == ("drop", 3)


def test_a_policy_that_is_not_understood_is_no_verdict(tmp_path: Path) -> None:
    folder = environment(tmp_path / "h", policies=True)
    edited(folder, WIDE, "fromCIDR:", "fromMoon:")
    found = inside(read(folder, TODAY), parse("tcp 10.200.4.7 > 10.90.12.66:22").packet)
    assert found is not None
    assert found.verdict == "not understood"
    assert found.at.startswith(f"{WIDE}:")


def test_devices_alone_have_no_policies(tmp_path: Path) -> None:
    scene = read(environment(tmp_path / "h"), TODAY)
    assert told(scene, "tcp 10.200.4.7 > 10.90.12.66:22") is None
