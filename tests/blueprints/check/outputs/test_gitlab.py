import json
from dataclasses import replace

from hypothesis import given

from blueprints.check.outputs.gitlab import text
from blueprints.check.result import CheckResult
from tests.blueprints.check.outputs.results import EMPTY, ORDINARY, RESULTS


def test_each_finding_is_an_entry() -> None:
    entries = json.loads(text(ORDINARY))
    assert [(one["severity"], one["location"]) for one in entries] == [
        ("info", {"path": ".", "lines": {"begin": 1}}),
        ("minor", {"path": "a/b.yaml", "lines": {"begin": 3}}),
        ("critical", {"path": "a/b.yaml", "lines": {"begin": 9}}),
        ("critical", {"path": "c d.yaml", "lines": {"begin": 1}}),
    ]
    assert entries[1]["check_name"] == "image-digest"
    assert entries[1]["description"] == "no digest (add @sha256:...)"


def test_nothing_found_is_an_empty_list() -> None:
    assert json.loads(text(EMPTY)) == []


@given(RESULTS)
def test_every_entry_has_a_fingerprint_of_its_own(result: CheckResult) -> None:
    written = text(result)
    assert written.isascii()
    entries = json.loads(written)
    assert len({one["fingerprint"] for one in entries}) == len(entries) == len(result.findings)
    assert all(set(one["location"]) == {"path", "lines"} for one in entries)


def test_the_same_mistake_on_two_lines_is_two_entries() -> None:
    one = ORDINARY.findings[1]
    twice = replace(ORDINARY, findings=(one, replace(one, line=4)))
    first, second = json.loads(text(twice))
    assert second["fingerprint"] == f"{first['fingerprint']}-2"
