from dataclasses import replace

import pytest

from blueprints.check.finding import Level
from tests.blueprints.check.outputs.results import EMPTY, ORDINARY


@pytest.mark.parametrize(
    ("fail_on", "strict", "code"),
    [
        (Level.NOTE, False, 3),
        (Level.WARNING, False, 3),
        (Level.ERROR, False, 3),
    ],
)
def test_findings_at_or_above_a_level_fail(fail_on: Level, strict: bool, code: int) -> None:
    assert replace(ORDINARY, fail_on=fail_on, strict=strict).exit_code == code


def test_findings_below_it_do_not() -> None:
    note = replace(EMPTY, findings=ORDINARY.findings[:1])
    assert note.failing == ()
    assert note.exit_code == 0
    assert replace(note, fail_on=Level.NOTE).exit_code == 3


def test_under_strict_what_could_not_be_checked_fails_and_what_nobody_asked_for_does_not() -> None:
    missed = replace(EMPTY, not_checked=ORDINARY.not_checked)
    assert missed.exit_code == 0
    assert replace(missed, strict=True).exit_code == 3
    assert replace(EMPTY, not_asked=ORDINARY.not_asked, strict=True).exit_code == 0


def test_levels_are_counted_the_worst_first() -> None:
    assert list(ORDINARY.counts().items()) == [
        (Level.ERROR, 2),
        (Level.WARNING, 1),
        (Level.NOTE, 1),
    ]


def test_what_is_printed_stands_in_for_the_text() -> None:
    assert str(replace(ORDINARY, printed="x")) == "x"
    assert ORDINARY.as_json()["schema"] == "tutela/check/v1"
