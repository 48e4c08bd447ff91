"""All devices of a family, and where they have to filter."""

from __future__ import annotations

from dataclasses import replace

import pytest

from tce.prove import families
from tce.prove.families import prove_families
from tce.prove.reading import Readable
from tce.prove.report import Finding
from tce.prove.sources import Options, devices
from tce.read import formats
from tests.tce.prove.rendered import Files, intent, rendered


@pytest.fixture(scope="module")
def read() -> tuple[Readable, ...]:
    found = []
    for source in devices(Files(rendered()), intent(), Options()):
        assert source.data is not None
        filters = formats.read(source.format, source.data.decode(), source.file, intent().legs)
        found.append(Readable(source, tuple(replace(f, device=source.name) for f in filters)))
    return tuple(found)


def proved(read: tuple[Readable, ...]) -> list[Finding]:
    results = prove_families(intent(), read, 1, lambda _: None)
    return [one for result in results for one in result.findings]


def test_two_processes_say_what_one_says(
    read: tuple[Readable, ...], monkeypatch: pytest.MonkeyPatch
) -> None:
    broken = replace(read[1], filters=tuple(replace(f, rules=()) for f in read[1].filters))
    alone = prove_families(intent(), (read[0], broken), 1, lambda _: None)
    monkeypatch.setattr(families, "LARGE", 0)
    together = prove_families(intent(), (read[0], broken), 1, lambda _: None)
    assert [one.findings for one in together] == [one.findings for one in alone]
    assert [one.questions for one in together] == [one.questions for one in alone]
    assert alone[0].findings
    assert alone[1].findings


def test_a_family_that_nothing_filters_is_found(read: tuple[Readable, ...]) -> None:
    for place, point in ((0, "input"), (1, "out")):
        device = read[place]
        kept = tuple(f for f in device.filters if (f.family, f.point) != (6, point))
        told = [one for one in proved((replace(device, filters=kept),)) if one.property == "family"]
        assert [(one.family, one.target) for one in told] == [(6, device.source.name)]
        assert point in told[0].message


def test_a_filter_at_another_interface_is_found(read: tuple[Readable, ...]) -> None:
    moved = tuple(replace(f, interface="Vlan412") for f in read[1].filters)
    told = proved((replace(read[1], filters=moved),))
    assert {one.property for one in told} == {"bound"}
    assert "bound to Vlan412, not to Vlan411" in told[0].message
