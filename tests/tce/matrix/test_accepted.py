"""What the perimeter lets begin, read from its file."""

from __future__ import annotations

from pathlib import Path

import pytest

from tce.explain.packet import parse
from tce.explain.scene import read
from tce.matrix.accepted import GATEWAY, Accepted, accepted, words
from tce.space.filter import decide
from tce.space.header import box
from tests.tce.environments import RULESET, TODAY, edited, environment

ESTABLISHED = "ct state established counter accept"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return environment(tmp_path / "hospital")


def found(folder: Path) -> tuple[Accepted, ...]:
    return accepted(read(folder, TODAY))


@pytest.mark.parametrize("example", ["hospital", "alps"])
def test_it_is_what_is_declared_flow_by_flow(tmp_path: Path, example: str) -> None:
    scene = read(environment(tmp_path / example, example), TODAY)
    found = {
        (one.source, one.destination, one.flow, family)
        for one in accepted(scene)
        for family in one.families
        if one.destination != GATEWAY
    }
    assert found == {
        (flow.source, flow.destination, flow.name, flow.family) for flow in scene.intent.flows
    }


def test_both_families_of_a_flow_are_one_with_the_lines_of_each(folder: Path) -> None:
    (one,) = (one for one in found(folder) if one.flow == "kubectl")
    assert (one.source, one.destination, one.what) == ("hospital", "tce", "tcp 6443")
    assert one.families == (4, 6)
    lines = (folder / RULESET).read_text().splitlines()
    written = [lines[int(at.rpartition(":")[2]) - 1] for at in one.at]
    assert len(written) == 2
    assert all("kubectl" in line for line in written)


def test_what_is_for_the_gateway_itself_is_apart(folder: Path) -> None:
    own = {(one.source, one.what) for one in found(folder) if one.destination == GATEWAY}
    assert own == {("hospital", "ping"), ("hospital", "tcp 22"), ("internet", "udp 51820")}


def test_what_nothing_declares_is_told_with_a_packet_of_it(folder: Path) -> None:
    edited(folder, RULESET, ESTABLISHED, f'{ESTABLISHED}\n\t\tiifname "up0" oifname "tce0" accept')
    scene = read(folder, TODAY)
    extra = [one for one in accepted(scene) if one.flow is None]
    assert {one.source for one in extra} >= {"tenants", "provider", "fabric", "elsewhere"}
    filter_ = scene.devices[0].at("forward", 4)
    assert filter_ is not None
    for one in extra:
        assert one.witness is not None
        packet = parse(f"{one.witness} in up0 out tce0").packet
        zone = scene.zone(packet.family, packet.values[2])
        behind = zone is not None and scene.intent.legs[zone.leg - 1] == "up0"
        assert one.source == (zone.name if zone and behind else "elsewhere")


def test_what_is_dropped_before_is_not_accepted_behind(folder: Path) -> None:
    rules = 'iifname "up0" ip saddr 0.0.0.0/0 drop\n\t\tiifname "up0" oifname "tce0" accept'
    edited(folder, RULESET, ESTABLISHED, f"{ESTABLISHED}\n\t\t{rules}")
    extra = {(one.source, one.families) for one in found(folder) if one.flow is None}
    names = ("transit", "provider", "tenants", "internet", "elsewhere")
    assert extra == {(name, (6,)) for name in names}


def test_a_witness_is_accepted_by_the_file(folder: Path) -> None:
    wide = "10.200.0.0/16 . 10.90.12.10 . 6443"
    edited(folder, RULESET, "10.200.4.0/24 . 10.90.12.10 . 6443", wide)
    scene = read(folder, TODAY)
    (extra,) = (one for one in accepted(scene) if one.flow is None)
    assert extra.what == "tcp 6443"
    said = parse(str(extra.witness))
    legs = {"iif": scene.intent.legs.index("wg0") + 1, "oif": scene.intent.legs.index("tce0") + 1}
    values = dict(zip(("iif", "oif"), (legs["iif"], legs["oif"]), strict=True))
    packet = type(said.packet)(4, (values["iif"], values["oif"], *said.packet.values[2:]))
    filter_ = scene.devices[0].at("forward", 4)
    assert filter_ is not None
    assert decide(filter_, packet)[0] == "accept"


@pytest.mark.parametrize(
    ("said", "text"),
    [
        ({"proto": 6, "dport": 443}, "tcp 443"),
        ({"proto": 17, "dport": (5000, 5010)}, "udp 5000-5010"),
        ({"proto": 132}, "sctp any port"),
        ({"proto": 1, "icmp": (2048, 2303)}, "ping"),
        ({"proto": 1, "icmp": (768, 1023)}, "icmp type 3"),
        ({"proto": 1, "icmp": (768, 1279)}, "icmp types 3-4"),
        ({"proto": 1}, "icmp any type"),
        ({"proto": 47}, "protocol 47"),
        ({"proto": (2, 5)}, "protocols 2-5"),
        ({}, "any protocol"),
    ],
)
def test_it_is_said_in_words(said: dict[str, int | tuple[int, int]], text: str) -> None:
    assert words(box(4, **said)) == text
