"""What speaks to which control: nothing empty, nothing dead, nothing twice."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest

from blueprints.check import registry
from blueprints.errors import ExpectedError
from tce.evidence.ceremonies import PREFIX
from tce.evidence.crosswalk import crosswalk, of_file, shipped
from tce.evidence.errors import DeadControlError
from tce.evidence.record_all import RUNS
from tce.keys.escrow.combine import DRILL
from tce.keys.orders.order import VERBS
from tce.seal.drill import VERB as HEADERS
from tests.tce.evidence.claims import claims

SHARED = Path(__file__).parents[4] / "shared" / "data" / "crosswalk.csv"
POLICIES = Path(__file__).parents[3] / "policies" / "controls"
HEAD = "schema: tutela/crosswalk/v1\nitems:\n"


def _item(controls: str, more: str = "attest: something", name: str = "OWN-1") -> str:
    return f"  - id: {name}\n    shows: something\n    {more}\n    controls: {controls}\n"


def test_ours_cites_only_controls_that_there_are() -> None:
    items = shipped()
    assert len(items) > 20
    assert all(list(item.cited()) for item in items)


@pytest.mark.skipif(not SHARED.is_file(), reason="no ../shared/data: reference data lies there")
def test_ours_speaks_to_what_was_looked_up_for_each_item() -> None:
    ours = {item.id: item for item in shipped()}
    with SHARED.open(newline="", encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    found = 0
    for row in rows:
        item = ours.get(row["evidence_id"])
        if item is not None:
            found += 1
            assert set(item.controls["satre"]) <= set(row["satre_v2.0.1"].split(";"))
            assert set(item.controls["iso27001"]) <= set(row["iso27001_2022_annexA"].split(";"))
    assert found > 18


def test_every_rule_that_an_item_cites_is_one_of_the_check() -> None:
    rules = {rule.id for rule in registry.chosen((), ())}
    cited = {
        name
        for item in shipped()
        for proof in item.proofs
        if proof.test == "check"
        for name in proof.names
    }
    assert cited - rules == set()


def test_every_run_that_an_item_cites_is_one_that_leaves_a_record() -> None:
    runs = {*RUNS, "canary", "attack"}
    runs |= {f"{PREFIX}{verb}" for verb in (*VERBS, DRILL, HEADERS, "init")}
    cited = {proof.test for item in shipped() for proof in item.proofs}
    assert cited - runs == set()


def test_no_words_of_ours_say_what_only_an_assessment_may() -> None:
    text = "".join(file.read_text(encoding="utf-8") for file in POLICIES.glob("*.yaml"))
    assert claims(text) == []


@pytest.mark.parametrize(
    ("text", "why"),
    [
        (_item('{satre: ["2.2.99"]}'), "SATRE 2.0.1 has no '2.2.99'"),
        (_item('{satre: ["2.2.9"]}'), "SATRE 2.0.1 has no '2.2.9'"),
        (_item('{nist: ["SC-7(99)"]}'), r"has no 'SC-7\(99\)'"),
        (_item('{iso27001: ["8.35"]}'), "has no '8.35'"),
        (_item('{cis: ["1.2.27"]}'), "Benchmark 1.7 has no '1.2.27'"),
        (_item('{satre: [""]}'), "has no empty number"),
        (_item("{}"), "OWN-1 cites no control"),
        (_item("{satre: []}"), "OWN-1 cites no control"),
        (_item('{hipaa: ["164"]}'), "no framework 'hipaa'"),
        (_item('{satre: ["2.8.05", "2.8.05"]}'), "twice"),
        (_item('{satre: ["2.8.05"]}', "limits: []"), "is shown by nothing"),
        (_item('{satre: ["2.8.05"]}') * 2, "OWN-1 stands here twice"),
    ],
)
def test_what_is_dead_or_empty_is_refused_with_its_line(text: str, why: str) -> None:
    with pytest.raises(DeadControlError, match=rf"own\.yaml:\d+.*{why}"):
        crosswalk(HEAD + text, "own.yaml")


@pytest.mark.parametrize(
    "text",
    ["", "schema: tutela/crosswalk/v2\nitems: []\n", HEAD.replace("items:", "items: []"), "a: ["],
)
def test_what_is_no_crosswalk_is_refused(text: str) -> None:
    with pytest.raises(ExpectedError, match=r"own\.yaml"):
        crosswalk(text, "own.yaml")


def test_a_file_that_is_not_there_is_told(tmp_path: Path) -> None:
    with pytest.raises(ExpectedError, match="cannot read"):
        of_file(tmp_path / "own.yaml")
