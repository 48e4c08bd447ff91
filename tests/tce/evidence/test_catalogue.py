"""Numbers of controls: pinned to a version, and what is not there is dead."""

from __future__ import annotations

import csv
import re
from pathlib import Path

import pytest

from blueprints.errors import ExpectedError
from tce.evidence.catalogue import FRAMEWORKS, framework, frameworks
from tce.evidence.errors import DeadControlError

SHARED = Path(__file__).parents[4] / "shared" / "data" / "satre.csv"


def test_every_framework_names_its_version() -> None:
    assert {one.title for one in frameworks().values()} == {
        "SATRE 2.0.1",
        "NIST SP 800-53 Rev. 5",
        "ISO/IEC 27001 annex A 2022",
        "Swiss law (FADP, DPO, HRO) as in force since 2023-09-01",
        "GDPR (EU) 2016/679",
        "CIS RKE2 Kubernetes Benchmark 1.7",
    }
    assert [one.id for one in frameworks().values()] == list(FRAMEWORKS)


def test_satre_has_its_185_statements_95_of_them_mandatory() -> None:
    controls = frameworks()["satre"].controls
    assert len(controls) == 185
    by = [one.importance for one in controls.values()]
    assert (by.count("mandatory"), by.count("conditional")) == (89, 6)
    assert list(controls)[:2] == ["1.1.01", "1.1.02"]


@pytest.mark.skipif(not SHARED.is_file(), reason="no ../shared/data: reference data lies there")
def test_satre_is_what_its_authors_published() -> None:
    words = {
        "Mandatory": "mandatory",
        "Mandatory*": "conditional",
        "Recommended": "recommended",
        "Optional": "optional",
    }
    with SHARED.open(newline="", encoding="utf-8") as file:
        published = {row["id"]: row for row in csv.DictReader(file)}
    controls = frameworks()["satre"].controls
    assert {number: one.importance for number, one in controls.items()} == {
        number: words[row["importance"]] for number, row in published.items()
    }
    copied = [one.id for one in controls.values() if one.words == published[one.id]["statement"]]
    assert copied == []


def test_annex_a_has_93_controls_in_their_order() -> None:
    numbers = list(frameworks()["iso27001"].controls)
    assert len(numbers) == 93
    assert numbers[8:10] == ["5.9", "5.10"]


def test_numbers_are_written_as_their_frameworks_write_them() -> None:
    shapes = {
        "nist": r"[A-Z]{2}-[0-9]+(\([0-9]+\))?",
        "cis": r"[0-9]\.[0-9]+\.[0-9]+",
        "gdpr": r"[0-9]+\([0-9]\)(\([a-d]\))?",
        "swiss": r"(DPO|HRO|FADP) [0-9]+(\([0-9a-d]\)[a-f]?)?",
    }
    for name, shape in shapes.items():
        wrong = [one for one in frameworks()[name].controls if not re.fullmatch(shape, one)]
        assert wrong == []


def test_words_about_a_control_that_there_is_not_are_refused() -> None:
    text = (
        "schema: tutela/controls/v1\nid: iso27001\nname: annex A\nversion: '2022'\nsource: x\n"
        "ranges: {'8': 34}\nwords: {'8.35': something}\n"
    )
    with pytest.raises(DeadControlError, match=r"own\.yaml: annex A has no 8\.35"):
        framework(text, "own.yaml")


def test_another_schema_is_refused_with_its_line() -> None:
    with pytest.raises(ExpectedError, match=r"own\.yaml:1"):
        framework("schema: tutela/controls/v2\nid: a\nname: a\nversion: a\nsource: a\n", "own.yaml")
