"""Validation rules of CRDs."""

import pytest

from blueprints.check.schemas.cel import evaluate, transition


@pytest.mark.parametrize(
    ("rule", "value", "holds"),
    [
        ("self.a > 1", {"a": 2}, True),
        ("self.a > 1", {"a": 1}, False),
        ("!has(self.b) || self.b.size() > 0", {"a": 1}, True),
        ("self.all(x, x.startsWith('a'))", ["a", "b"], False),
        ("self == oldSelf", 1, None),
        ("isURL(self)", "x", None),
        ("self.b == 1", {}, None),
        ("self.a +", {}, None),
        ("1 + 1", {}, None),
        ("true || " * 2000 + "true", {}, None),
    ],
)
def test_a_rule_holds_or_not_or_cannot_be_evaluated(
    rule: str, value: object, holds: bool | None
) -> None:
    answer = evaluate(rule, value)
    assert answer.holds is holds
    assert bool(answer.why) is (holds is None)


def test_rules_about_changes_are_told_apart() -> None:
    assert transition("self.a == oldSelf.a")
    assert not transition("self.a == 1")
