import pytest
from pydantic import ValidationError

from governance.artifact import Kind
from governance.policy.model import Keep, Match, Policy, Rule
from tests.governance.decide.oracle import Row

RULE: Row = {
    "id": "r",
    "match": {"kind": "checkpoint"},
    "else": {"after": "30d", "action": "delete"},
}


def policy(**fields: object) -> Policy:
    return Policy.model_validate({"version": 1, "rules": [RULE], **fields})


def test_limits_and_grace_are_on_without_being_said() -> None:
    made = policy()
    assert (made.grace.min_age.words, made.grace.in_flight.words) == ("14 days", "48 hours")
    assert (made.limits.max_percent, made.limits.per_owner_percent) == (5, 20)
    assert made.limits.max_bytes == 200 * 10**12
    assert (made.apply.approvals, made.apply.quarantine.words) == (2, "30 days")
    assert made.notice.words == "14 days"
    assert set(made.scope.kinds) == set(Kind)


def test_one_value_may_stand_for_a_list() -> None:
    made = policy(scope={"buckets": "lab", "kinds": "model"})
    assert (made.scope.buckets, made.scope.kinds) == (("lab",), (Kind.MODEL,))


def test_a_policy_cannot_be_changed() -> None:
    with pytest.raises(ValidationError):
        policy().rules[0].match.kind = None


@pytest.mark.parametrize(
    ("rule", "why"),
    [
        ({"match": {}}, "is empty: it would match everything"),
        ({"match": {"kind": None}}, "has nothing after kind"),
        ({"match": {"prefix": ""}}, "is empty: it would match everything"),
        ({"match": {"prefix": " "}}, "is empty"),
        ({"match": {"prefix": []}}, "is an empty list"),
        ({"match": {"prefix": "a\nb"}}, "control character"),
        ({"match": {"prefix": "x" * 257}}, "longer than 256"),
        ({"match": {"complete": "yes"}}, "boolean"),
        ({"match": {"kind": "checkpoints"}}, "checkpoint"),
        ({"match": {"run.status": "done"}}, "finished"),
        ({"match": {"run_status": "finished"}}, "Extra inputs"),
        ({"match": {"tags": {}}}, "at least 1"),
        ({"keep": {}}, "is empty; say last_verified"),
        ({"keep": None}, "has nothing after keep"),
        ({"keep": {"last_verified": None}}, "has nothing after last_verified"),
        ({"keep": {"last_verified": 0}}, "greater than or equal to 1"),
        ({"keep": {"last_verified": True}}, "valid integer"),
        ({"keep": {"last_verified": "2"}}, "valid integer"),
        ({"keep": {"every_steps": -5}}, "greater than or equal to 1"),
        ({"keep": {"all": False}}, "True"),
        ({"keep": {"ids": []}}, "is an empty list"),
        ({"keep": {"best": {"metric": "l", "mode": "best", "k": 1}}}, "min"),
        (
            {"keep": {"best": {"metric": "l", "mode": "min", "k": 1, "missing_metric": "drop"}}},
            "keep",
        ),
        ({"else": {"after": "-1d", "action": "delete"}}, "is negative"),
        ({"else": {"after": "1d", "action": "burn"}}, "delete"),
        ({"else": {"after": "1d"}}, "Field required"),
        ({"else": {"after": "1d", "action": "delete", "if": "recoverable"}}, "Extra inputs"),
        ({"then": {"after": "60d", "action": "delete"}}, "when nothing is left"),
        ({"id": "Has Blanks"}, "lower-case letters"),
        ({"id": "x" * 65}, "64 at most"),
        ({"id": "default"}, "decisions use themselves"),
        ({"id": "pin:x"}, "lower-case letters"),
    ],
)
def test_refuses_a_rule_that_makes_no_sense(rule: dict[str, object], why: str) -> None:
    with pytest.raises(ValidationError, match=why.replace("(", r"\(").replace("..", ".")):
        Rule.model_validate({**RULE, **rule})


@pytest.mark.parametrize(
    ("tiers", "why"),
    [
        ({"then": {"after": "30d", "action": "delete"}}, "not later than its else"),
        ({"then": {"after": "20d", "action": "delete"}}, "not later than its else"),
    ],
)
def test_refuses_a_second_tier_before_the_first(tiers: dict[str, object], why: str) -> None:
    first = {"after": "30d", "action": "strip_optimizer"}
    with pytest.raises(ValidationError, match=why):
        Rule.model_validate({**RULE, "else": first, **tiers})
    then = {"after": "31d", "action": "delete"}
    assert Rule.model_validate({**RULE, "else": first, "then": then}).then is not None


def test_refuses_then_without_else_and_a_rule_that_says_nothing() -> None:
    bare = {"id": "r", "match": {"kind": "run"}}
    with pytest.raises(ValidationError, match="neither keep nor else"):
        Rule.model_validate(bare)
    then = {"after": "1d", "action": "delete"}
    with pytest.raises(ValidationError, match="then without else"):
        Rule.model_validate({**bare, "keep": {"all": True}, "then": then})


@pytest.mark.parametrize(
    ("fields", "why"),
    [
        ({"rules": []}, "a policy without rules says nothing"),
        ({"rules": [{**RULE, "id": f"r{n}"} for n in range(201)]}, "more than 200 rules"),
        ({"version": 2}, "1"),
        ({"scope": {"kinds": []}}, "is an empty list"),
        ({"scope": {"buckets": [""]}}, "is empty"),
        ({"evidence": {"require": ["ML flow"]}}, "not an evidence source"),
        ({"evidence": {"max_age": "0h"}}, "nothing at all"),
        ({"protect": [{"id": "x", "roots": []}]}, "is an empty list"),
        ({"protect": [{"id": "x", "roots": ["alias *"]}]}, "not a root"),
        ({"protect": [{"id": "x", "roots": ["doi"], "closure": "all"}]}, "ancestors"),
        ({"grace": {"min_age": "0d"}}, "nothing at all"),
        ({"grace": {"min_age": None}}, "has nothing after min_age"),
        ({"notice": "soon"}, "not a duration"),
        ({"limits": {"max_percent": 0}}, "greater than 0"),
        ({"limits": {"max_percent": 101}}, "less than or equal to 100"),
        ({"limits": {"max_bytes": "a lot"}}, "amount of bytes"),
        ({"limits": {"max_bytes": 0}}, "greater than 0"),
        ({"apply": {"approvals": 0}}, "greater than or equal to 1"),
        ({"surprise": 1}, "Extra inputs"),
        ({"examples": [{"name": "x", "artifacts": []}]}, "is an empty list"),
        ({"examples": [{"name": "x", "now": "soon", "artifacts": []}]}, "is not a date"),
    ],
)
def test_refuses_a_policy_that_makes_no_sense(fields: dict[str, object], why: str) -> None:
    with pytest.raises(ValidationError, match=why):
        policy(**fields)


@pytest.mark.parametrize(
    ("first", "then", "days"),
    [
        ("delete", None, 30),
        ("tombstone", None, None),
        ("strip_optimizer", {"after": "60d", "action": "delete"}, 60),
        ("strip_optimizer", {"after": "60d", "action": "tombstone"}, None),
        ("strip_optimizer", {"after": "60d", "action": "delete", "if": "recoverable"}, 60),
    ],
)
def test_knows_from_when_a_rule_lets_go(
    first: str, then: dict[str, object] | None, days: int | None
) -> None:
    values: Row = {**RULE, "else": {"after": "30d", "action": first}}
    if then:
        values["then"] = then
    after = Rule.model_validate(values).deletes_after
    assert (after.seconds if after else None) == (days * 86_400 if days else None)


def test_a_rule_without_else_never_lets_go() -> None:
    rule = Rule(id="r", match=Match(kind=(Kind.RUN,)), keep=Keep(all=True))
    assert rule.deletes_after is None


def test_an_example_artifact_may_leave_things_unknown() -> None:
    unknown = {"root": "a/", "verdict": "keep", "age": None, "complete": None, "step": None}
    (example,) = policy(examples=[{"name": "x", "artifacts": [unknown]}]).examples
    assert example.artifacts[0].complete is None
    assert example.artifacts[0].age is None
    said = policy(examples=[{"name": "x", "artifacts": [{"root": "a/", "verdict": "keep"}]}])
    assert said.examples[0].artifacts[0].complete is True
