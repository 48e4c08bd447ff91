import datetime as dt
from dataclasses import replace
from pathlib import Path

from blueprints.check.finding import Finding, Level
from blueprints.check.settings import FILE, Settings, Suppression, load_settings
from blueprints.check.suppressions import RULE, apply, expired, unknown, unused
from tests.blueprints.check.places import repository

DAY = dt.date(2027, 1, 31)
ENTRY = Suppression(rule="a", file="x/*.yaml", reason="until it moves", until=DAY)
FOUND = Finding("x/y/z.yaml", 3, "a", "it is wrong")


def settings(folder: Path, *entries: Suppression) -> Settings:
    said = load_settings(repository(folder, {"a": ""}))
    return replace(said, suppress=entries, suppress_lines=tuple(range(10, 10 + len(entries))))


def test_it_holds_on_its_last_day_and_not_after(tmp_path: Path) -> None:
    said = settings(tmp_path, ENTRY)
    standing, suppressed = apply([FOUND], said, DAY)
    assert standing == []
    assert [(one.finding, one.by) for one in suppressed] == [(FOUND, ENTRY)]
    assert list(expired(said, DAY)) == []
    after = DAY + dt.timedelta(days=1)
    standing, suppressed = apply([FOUND], said, after)
    assert (standing, suppressed) == ([FOUND], [])
    (stale,) = expired(said, after)
    assert (stale.rule, stale.line, stale.level) == (RULE, 10, Level.WARNING)
    assert stale.message == "the suppression of a ended on 2027-01-31"


def test_it_means_its_rule_file_and_line_only(tmp_path: Path) -> None:
    said = settings(tmp_path, ENTRY.model_copy(update={"line": 3}))
    others = [
        replace(FOUND, rule="b"),
        replace(FOUND, file="y.yaml"),
        replace(FOUND, line=4),
    ]
    standing, suppressed = apply([FOUND, *others], said, DAY)
    assert standing == others
    assert len(suppressed) == 1


def test_one_that_hides_nothing_is_a_finding(tmp_path: Path) -> None:
    said = settings(tmp_path, ENTRY)
    assert list(unused(said, DAY, [FOUND], ["a"])) == []
    (stale,) = unused(said, DAY, [], ["a"])
    assert stale.message == "the suppression of a in x/*.yaml hides nothing"
    # Of a rule that did not run nothing is known; one that ended is told already.
    assert list(unused(said, DAY, [], ["b"])) == []
    assert list(unused(said, DAY + dt.timedelta(days=1), [], ["a"])) == []


def test_a_rule_that_is_none_is_a_finding(tmp_path: Path) -> None:
    said = settings(tmp_path, ENTRY)
    assert list(unknown(said, ["a"])) == []
    (stale,) = unknown(said, ["b"])
    assert stale.message == "a suppression of a, which is no rule"


def test_stale_suppressions_cannot_be_suppressed(tmp_path: Path) -> None:
    entry = Suppression(rule=RULE, reason="leave me alone", until=DAY)
    stale = Finding(FILE, 1, RULE, "the suppression of a ended on 2020-01-01")
    assert apply([stale], settings(tmp_path, entry), DAY) == ([stale], [])
