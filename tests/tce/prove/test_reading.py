"""Devices are read back, or it is told why not."""

from __future__ import annotations

from dataclasses import replace

import pytest

from tce.prove import reading
from tce.prove.reading import Readable, read_all, read_one
from tce.prove.report import Finding
from tce.prove.sources import Options, Source, devices
from tests.tce.prove.rendered import Files, intent, rendered


@pytest.fixture(scope="module")
def sources() -> tuple[Source, ...]:
    return tuple(devices(Files(rendered()), intent(), Options()))


def test_filters_have_the_name_of_their_device(sources: tuple[Source, ...]) -> None:
    found = read_one(sources[1], intent().legs)
    assert isinstance(found, Readable)
    assert {one.device for one in found.filters} == {"leaf1"}
    assert {(one.family, one.point) for one in found.filters} == {
        (4, "in"),
        (4, "out"),
        (6, "in"),
        (6, "out"),
    }


def test_two_processes_read_what_one_reads(
    sources: tuple[Source, ...], monkeypatch: pytest.MonkeyPatch
) -> None:
    wrong = (*sources, replace(sources[1], name="leaf9", data=b"!\nnonsense\n"))
    alone = read_all(wrong, intent().legs, lambda _: None)
    monkeypatch.setattr(reading, "LARGE", 0)
    assert read_all(wrong, intent().legs, lambda _: None) == alone
    assert isinstance(alone[-1], Finding)
    assert (alone[-1].property, alone[-1].line) == ("parse", 2)


@pytest.mark.parametrize(
    ("data", "line", "message"),
    [(None, 1, "there is no such file"), (b"!\n\xff", 2, "not UTF-8")],
)
def test_what_is_no_text_is_told(
    sources: tuple[Source, ...], data: bytes | None, line: int, message: str
) -> None:
    found = read_one(replace(sources[1], data=data), intent().legs)
    assert isinstance(found, Finding)
    assert (found.line, found.message) == (line, message)
