"""A bug in a value that renderers share, or in a renderer, is found: the proof shares neither."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from blueprints.engine.spec import load
from tce.blueprint import BLUEPRINT
from tce.intent import flows, names
from tce.intent.spec import Specification
from tce.prove.families import prove_families
from tce.prove.prove import PROVED
from tce.prove.reading import Readable, read_all
from tce.prove.report import Finding
from tce.prove.sources import Options, devices
from tce.render import network
from tce.render.network import lowering, nftables
from tests.tce.intent.specifications import EXAMPLES
from tests.tce.prove.rendered import Files, intent, rendered

Patch = Callable[[pytest.MonkeyPatch], None]


def found() -> list[Finding]:
    loaded = load(EXAMPLES / "hospital.yaml", BLUEPRINT)
    assert isinstance(loaded.model, Specification)
    files = {**rendered(), **{one.path: one.content for one in network.files(loaded.model)}}
    sources = tuple(devices(Files(files), intent(), Options()))
    told = read_all(sources, intent().legs, lambda _: None)
    results = prove_families(
        intent(), tuple(one for one in told if isinstance(one, Readable)), 1, lambda _: None
    )
    unread = [one for one in told if isinstance(one, Finding)]
    return [*unread, *(one for result in results for one in result.findings)]


def _ports(patch: pytest.MonkeyPatch) -> None:
    right = names.port_range
    patch.setattr(flows, "port_range", lambda said: (right(said)[0], right(said)[1] + 1))


def _one_family(patch: pytest.MonkeyPatch) -> None:
    right = flows.networks

    def wrong(*said: Any) -> tuple[Any, ...]:
        return tuple(one for one in right(*said) if one.version == 4)

    patch.setattr(flows, "networks", wrong)


def _wide(patch: pytest.MonkeyPatch) -> None:
    right = flows.networks

    def wrong(*said: Any) -> tuple[Any, ...]:
        return tuple(one.supernet() if one.version == 6 else one for one in right(*said))

    patch.setattr(flows, "networks", wrong)


def _turned_round(patch: pytest.MonkeyPatch) -> None:
    right = flows.Allowed

    def wrong(**said: Any) -> flows.Allowed:
        ends = {"source_leg": said["destination_leg"], "destination_leg": said["source_leg"]}
        return right(**{**said, **ends})

    patch.setattr(flows, "Allowed", wrong)


def _setting(module: Any, name: str, value: object) -> Patch:
    return lambda patch: patch.setattr(module, name, value)


PLANTED: dict[str, tuple[Patch, str]] = {
    "a port too many, for every device": (_ports, "extra"),
    "networks wider by a bit, in one family": (_wide, "extra"),
    "one family only": (_one_family, "missing"),
    "legs turned round": (_turned_round, "extra"),
    "a connection that begins with anything": (_setting(nftables, "_SYN", ""), "extra"),
    "redirects among the errors of the gateway": (
        _setting(
            nftables,
            "_ERRORS",
            {4: "icmp type { destination-unreachable, redirect }", 6: "icmpv6 type 1-4"},
        ),
        "extra",
    ),
    "redirects among the errors of switches": (
        _setting(lowering, "ERRORS", {4: (3, 5, 11, 12), 6: (1, 2, 3, 4)}),
        "extra",
    ),
    "an error too few": (_setting(lowering, "ERRORS", {4: (3, 11), 6: (1, 3, 4)}), "missing"),
    "router advertisements among neighbours": (
        _setting(lowering, "NEIGHBOURS", (134, 135, 136)),
        "extra",
    ),
}


@pytest.mark.parametrize("name", PLANTED)
def test_a_planted_bug_is_found(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    plant, property_ = PLANTED[name]
    assert property_ in PROVED
    plant(monkeypatch)
    told = [one for one in found() if one.property == property_]
    assert told
    assert all(one.packet and one.line for one in told)


def test_without_a_bug_nothing_is_found() -> None:
    assert found() == []
