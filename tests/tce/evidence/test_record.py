"""What a run leaves is an in-toto statement, read back exactly, or refused with its reason."""

from __future__ import annotations

import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tce.evidence.errors import EvidenceError
from tce.evidence.record import PREDICATE, STATEMENT, Record, parse

DIGEST = "a" * 64
RECORD = Record(
    test="prove",
    environment="hospital",
    level="artefact",
    ended="2026-11-22T12:00:00+00:00",
    tool="0.1.0",
    files={"spec.yaml": DIGEST},
    read_back={},
    passed=("lateral/perimeter",),
)
_LINES = st.lists(st.text(st.characters(codec="utf-8"), max_size=30), max_size=4).map(tuple)


@settings(max_examples=30)
@given(
    st.builds(
        Record,
        test=st.sampled_from(["prove", "probe", "drill-shred"]),
        environment=st.text(st.characters(codec="utf-8"), max_size=20),
        level=st.sampled_from(["artefact", "emulated", "live"]),
        ended=st.just("2026-11-22T12:00:00+00:00"),
        tool=st.just("0.1.0"),
        files=st.dictionaries(st.text("abc/.", min_size=1), st.just(DIGEST), min_size=1),
        read_back=st.dictionaries(st.text("abc", min_size=1), st.just(DIGEST)),
        passed=_LINES.map(lambda names: tuple(sorted(names))),
        unsure=_LINES.map(lambda names: tuple(sorted(names))),
        failed=_LINES.map(lambda names: tuple(sorted(names))),
        found=_LINES,
        limits=_LINES,
        covers=_LINES,
    )
)
def test_a_record_comes_back_as_it_was(record: Record) -> None:
    assert parse(record.statement()) == record


def test_others_read_it_as_a_test_result_of_in_toto() -> None:
    said = json.loads(RECORD.statement())
    assert said["_type"] == STATEMENT == "https://in-toto.io/Statement/v1"
    assert said["predicateType"] == PREDICATE
    assert said["subject"] == [{"name": "spec.yaml", "digest": {"sha256": DIGEST}}]
    assert said["predicate"]["result"] == "PASSED"
    assert said["predicate"]["configuration"] == said["subject"]


@pytest.mark.parametrize(
    ("changes", "verdict"),
    [
        ({}, "PASSED"),
        ({"unsure": ("image-digest",)}, "WARNED"),
        ({"failed": ("lateral/leaf1",)}, "FAILED"),
        ({"passed": ()}, "FAILED"),
    ],
)
def test_nothing_passes_that_showed_nothing(changes: dict[str, object], verdict: str) -> None:
    from dataclasses import replace

    assert replace(RECORD, **changes).verdict == verdict  # type: ignore[arg-type]


def _with(**changes: object) -> bytes:
    said = json.loads(RECORD.statement())
    for path, value in changes.items():
        place = said
        *way, last = path.split("__")
        for key in way:
            place = place[key]
        place[last] = value
    return json.dumps(said).encode()


@pytest.mark.parametrize(
    ("payload", "why"),
    [
        (b"", "not a record"),
        (b"[]", "not a record"),
        (_with(_type="https://in-toto.io/Statement/v0.1"), "_type"),
        (_with(predicateType="https://slsa.dev/provenance/v1"), "its predicate is"),
        (_with(subject=[]), "subject"),
        (_with(predicate__result="WARNED"), "says WARNED, and its tests say PASSED"),
        (_with(predicate__tutela__level="proved"), "predicate.tutela.level"),
        (_with(predicate__tutela__schema="tutela/record/v2"), "predicate.tutela.schema"),
        (_with(predicate__tutela__test="../prove"), "predicate.tutela.test"),
        (_with(subject=[{"name": "a", "digest": {"sha256": "A" * 64}}]), "sha256"),
        (_with(subject=[{"name": "a", "digest": {"sha256": DIGEST}}] * 2), "names a file twice"),
    ],
)
def test_what_is_no_record_is_refused_with_its_reason(payload: bytes, why: str) -> None:
    with pytest.raises(EvidenceError, match=why):
        parse(payload)


def test_a_field_that_a_newer_version_adds_is_passed_over() -> None:
    assert parse(_with(predicate__tutela__mood="good", predicate__url="x")) == RECORD
