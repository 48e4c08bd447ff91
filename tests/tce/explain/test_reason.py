"""Why a packet is declared, or by what it misses what is."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from tce.explain import reason
from tce.explain.packet import parse
from tce.explain.scene import Scene, read
from tce.space.header import Field
from tests.tce.environments import TODAY, environment


@pytest.fixture(scope="module")
def scene(tmp_path_factory: pytest.TempPathFactory) -> Scene:
    return read(environment(Path(tmp_path_factory.mktemp("reason")) / "hospital"), TODAY)


def why(scene: Scene, text: str) -> list[str]:
    packet = parse(text).packet
    ends = (scene.zone(packet.family, packet[one]) for one in (Field.SRC, Field.DST))
    begins, to = ends
    return list(reason.missing(scene, packet, begins, to))


def test_the_nearest_flow_comes_first_and_no_more_than_three(scene: Scene) -> None:
    found = why(scene, "tcp 10.90.12.7 > 10.200.0.10:443")
    assert len(found) == 3
    assert found[0].startswith(("git is not it: 10.200.0.10 is not", "keys is not it: its ports"))


def test_ipv6_that_is_off_is_the_reason(scene: Scene) -> None:
    off = replace(scene, intent=replace(scene.intent, ipv6=False))
    found = why(off, "tcp [2001:db8:200:4::1] > [2001:db8:90:12::10]:6443")
    assert found == ["ipv6 is false: every device drops all of it"]


def test_what_a_switch_may_let_pass_for_want_of_state_is_declared_as_such(scene: Scene) -> None:
    filter_ = scene.switches[0].at("out", 4)
    assert filter_ is not None
    answer = parse("udp 10.1.0.123:123 > 10.90.12.64:5000").packet
    said = reason.declared(scene, filter_, answer)
    assert (said.may, said.what, said.flow) == (True, "answers of ntp", "ntp")
    other = parse("udp 10.1.0.124:123 > 10.90.12.64:5000").packet
    assert reason.declared(scene, filter_, other) == reason.Declared(False, False, None, None)
