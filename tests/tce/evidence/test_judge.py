"""When a record counts, and for what: a table of states."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from tce.evidence.crosswalk import Item, Proof
from tce.evidence.gather import Told, Trust
from tce.evidence.judge import Asked, judge, matches
from tce.evidence.record import Record
from tests.tce.evidence.standing import NOW, RULESET

FILES = {"spec.yaml": "1" * 64, RULESET: "2" * 64}
ASKED = Asked("hospital", NOW, FILES)
RECORD = Record(
    test="prove",
    environment="hospital",
    level="artefact",
    ended=NOW.isoformat(),
    tool="0",
    files=FILES,
    read_back={},
    passed=("lateral/perimeter", "extra/perimeter"),
)
ITEM = Item(
    id="OWN-1",
    shows="something",
    files=["network/perimeter/*"],
    proofs=[Proof(test="prove", names=["lateral/*"])],
    controls={"satre": ["2.2.10"]},
)


def _told(trust: Trust = "signed", **changes: Any) -> Told:
    return Told("one.dsse.json", replace(RECORD, **changes), trust, ("ci",), b"")


IN_USE = ITEM.model_copy(
    update={"proofs": [*ITEM.proofs, Proof(test="canary", stage="running", names=["absent/*"])]}
)


def test_what_is_there_only_when_it_runs_is_asked_for_then() -> None:
    (one,) = judge([IN_USE], [_told()], (), ASKED)
    assert [each.state for each in one.proofs] == ["shown", "not asked"]
    assert (one.problems, one.level("artefact"), one.levels) == ((), "shown", ("artefact",))
    (one,) = judge([IN_USE], [_told()], (), replace(ASKED, running=True))
    assert one.problems == ("canary (artefact): no record",)
    assert one.level("artefact") == "not shown"


def test_what_failed_before_it_was_asked_for_is_not_passed_over() -> None:
    canary = _told(test="canary", passed=(), failed=("absent/token",))
    (one,) = judge([IN_USE], [_told(), canary], (), ASKED)
    assert one.problems == ("canary (artefact): one.dsse.json: failed: absent/token",)


@pytest.mark.parametrize(
    ("told", "state"),
    [
        ([], "missing"),
        ([_told()], "shown"),
        ([_told(failed=("extra/perimeter",))], "shown"),
        ([_told(failed=("lateral/leaf1",))], "red"),
        ([_told(unsure=("lateral/leaf1",))], "unsure"),
        ([_told(passed=("extra/perimeter",))], "silent"),
        ([_told(files={**FILES, RULESET: "3" * 64})], "stale"),
        ([_told(files={**FILES, "gone.yaml": "3" * 64})], "stale"),
        ([_told(covers=("*.nft",))], "shown"),
        ([_told(covers=("*.nft",), files={"spec.yaml": "1" * 64})], "stale"),
        ([_told(covers=("*",), files={RULESET: "2" * 64})], "stale"),
        ([_told("unsigned")], "unsigned"),
        ([_told("stranger")], "stranger"),
        ([_told("tampered")], "tampered"),
        ([_told(ended=(NOW + timedelta(hours=1)).isoformat())], "future"),
        ([_told(ended=(NOW + timedelta(minutes=4)).isoformat())], "shown"),
        ([_told(environment="alps")], "missing"),
        ([_told(level="emulated")], "missing"),
        ([_told(test="probe")], "missing"),
        ([_told("tampered"), _told(ended=(NOW - timedelta(days=1)).isoformat())], "shown"),
        (
            [
                _told(ended=(NOW - timedelta(days=1)).isoformat()),
                _told(failed=("lateral/x",)),
            ],
            "red",
        ),
    ],
)
def test_a_record_is_in_one_state(told: list[Told], state: str) -> None:
    (one,) = judge([ITEM], told, (), ASKED)
    assert one.proofs[0].state == state
    assert bool(one.problems) is (state != "shown")
    assert one.level("artefact") == ("shown" if state == "shown" else "not shown")


def test_a_file_of_an_item_that_no_run_read_is_told() -> None:
    (one,) = judge([ITEM], [_told(files={"spec.yaml": "1" * 64})], (), ASKED)
    assert one.problems == (f"proved by no run: {RULESET}",)


def test_an_item_whose_files_are_not_there_is_told() -> None:
    item = ITEM.model_copy(update={"files": ["k8s/storage/*"]})
    (one,) = judge([item], [_told()], (), ASKED)
    assert one.problems == ("no file: k8s/storage/*",)


def test_a_live_proof_is_asked_for_only_where_it_runs() -> None:
    item = ITEM.model_copy(update={"proofs": [Proof(test="prove", level="live", names=["*"])]})
    (designed,) = judge([item], [_told(level="live")], (), ASKED)
    assert (designed.level("live"), designed.levels, designed.problems) == ("not asked", (), ())
    (running,) = judge([item], [_told(level="live")], (), replace(ASKED, running=True))
    assert running.levels == ("live",)


@pytest.mark.parametrize(("days", "state"), [(90, "shown"), (91, "late")])
def test_a_record_may_be_as_old_as_is_said(days: int, state: str) -> None:
    proof = Proof(test="prove", names=["*"], within_days=90)
    item = ITEM.model_copy(update={"proofs": [proof]})
    told = _told(ended=(NOW - timedelta(days=days)).isoformat())
    (one,) = judge([item], [told], (), ASKED)
    assert one.proofs[0].state == state


def test_unsigned_records_count_where_that_is_asked_for() -> None:
    (one,) = judge([ITEM], [_told("unsigned")], (), replace(ASKED, unsigned=True))
    assert one.proofs[0].state == "shown"


def test_an_item_that_is_attested_by_nobody_is_open() -> None:
    item = ITEM.model_copy(update={"attest": "somebody looked"})
    (one,) = judge([item], [_told()], (), ASKED)
    assert (one.open, one.problems) == ("somebody looked", ())


@pytest.mark.parametrize(
    ("path", "pattern", "fits"),
    [
        ("network/perimeter/tce.nft", "network/perimeter/*", True),
        ("network/perimeter/old/tce.nft", "network/perimeter/*", False),
        ("k8s/a/b/c.yaml", "k8s/**/*.yaml", True),
        ("k8s/c.yaml", "k8s/**/*.yaml", True),
        ("k8s/c.yml", "k8s/**/*.yaml", False),
        ("not/k8s/c.yaml", "k8s/**/*.yaml", False),
        ("spec.yaml", "spec.yaml", True),
    ],
)
def test_a_star_stays_within_one_folder(path: str, pattern: str, fits: bool) -> None:
    assert matches(path, pattern) is fits


def test_what_a_run_noted_about_an_item_stands_beside_it() -> None:
    proofs = [Proof(test="check", names=["secret"])]
    item = ITEM.model_copy(update={"proofs": proofs, "files": []})
    limits = (
        "suppressed until 2027-01-01: secret in a.yaml: a public example",
        "noted: k8s/a.yaml:3: secret: looks like one",
        "noted: k8s/a.yaml:3: lock-in: Rancher",
        "not checked: secret-property: no schema",
    )
    (one,) = judge([item], [_told(test="check", passed=("secret",), limits=limits)], (), ASKED)
    assert one.proofs[0].notes == limits[:2]


def test_what_only_runs_is_attested_only_where_it_runs() -> None:
    item = ITEM.model_copy(update={"proofs": [], "attest": "scanned", "stage": "running"})
    (designed,) = judge([item], [], (), ASKED)
    (running,) = judge([item], [], (), replace(ASKED, running=True))
    assert (designed.open, running.open) == ("", "scanned")
