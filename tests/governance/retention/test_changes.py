from dataclasses import replace

import pytest

from governance.decide.path import Step
from governance.retention.changes import Situation, changes, checked
from governance.retention.needed import Needed
from tests.governance.retention.places import NOW, days, row

NOBODY = Needed((), (), 0)
LOOKED = ("mlflow (lab): mlflow.alias: 3",)
KEPT = Situation(
    row=row(
        1, touched=days(100), rank=None, age_seconds=100 * 86_400, level="keep", policy="p.yaml"
    ),
    now=NOW,
    lets_go=(),
    keeping=(),
    rule=None,
    policies=("p.yaml",),
    pins_as_of=None,
)


def _kept(level: str, rule: str, **fields: object) -> str:
    situation = replace(KEPT, row={**KEPT.row, "level": level, "rule": rule, **fields})
    return "\n".join(changes(situation, NOBODY))


@pytest.mark.parametrize(
    ("level", "rule", "expected"),
    [
        ("pin", "pin:ab12", "tutela pin release ab12"),
        ("none", "out of scope", "a scope that takes it in, in p.yaml"),
        ("protect", "protect:released", "the evidence that is asked for"),
        ("protect", "evidence", "the evidence that is asked for"),
        ("grace", "listing", "tutela catalog scan s3://lab/"),
        ("grace", "unknown", "does not recognise"),
        ("grace", "grace:complete", "whether it is complete"),
        ("grace", "grace:date", "the true time"),
        ("grace", "grace:min_age", "the end of the policy's grace (policy.yaml:4)"),
        ("default", "default", "a rule about it"),
        ("keep", "run:saves", "no save of its run is kept"),
    ],
)
def test_every_reason_to_keep_names_what_would_end_it(level: str, rule: str, expected: str) -> None:
    assert expected in _kept(level, rule)


def test_pins_that_were_not_read_can_be_read() -> None:
    assert "tutela pin list" in _kept("protect", "evidence", pins_why="no credentials")


def test_time_alone_is_always_answered() -> None:
    assert "time alone changes nothing" in _kept("default", "default")
    assert "from 2026-12-02 it may go" in _kept("rule", "thin", until=days(-10))


def test_pins_are_checked_as_of_when_they_were_read() -> None:
    expired = replace(
        KEPT, row={**KEPT.row, "verdict": "expire", "kind": "run"}, pins_as_of=days(1)
    )
    said = checked(expired, LOOKED)
    assert said[0] == "no pin protects it (pins as of 2026-11-21 01:20 UTC)"
    assert "no root needs it in mlflow (lab): mlflow.alias: 3" in said
    assert said[-1] == "no save of its run is kept"


STEP = Step(
    "alias production of model llama", "names", "a", "b", "mlflow (lab)", None, None, trusted=True
)


@pytest.mark.parametrize(
    ("freed", "roots", "expected"),
    [
        (days(-10), ("alias a",), "it expires on 2026-12-02 if alias a no longer needs it"),
        (days(10), ("alias a",), "it may go at once if alias a no longer needs it"),
        (days(10), ("alias a", "job 3"), "if alias a and 1 more roots no longer need it"),
        (None, ("alias a",), "the rules still keep it"),
    ],
)
def test_what_a_root_needs_says_what_would_happen_without_it(
    freed: object, roots: tuple[str, ...], expected: str
) -> None:
    situation = replace(KEPT, row={**KEPT.row, "verdict": "keep", "freed": freed})
    assert expected in "\n".join(changes(situation, Needed((STEP,), roots, 0)))
