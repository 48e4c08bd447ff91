import pytest

from governance.policy.compare import contradictions, wider, within_grace, without_effect
from governance.policy.model import Match, Policy
from tests.governance.decide.oracle import Row

DELETE: Row = {"after": "60d", "action": "delete"}


def policy(*rules: Row, **fields: object) -> Policy:
    made = [{"id": f"r{n}", "else": DELETE, **rule} for n, rule in enumerate(rules)]
    return Policy.model_validate({"version": 1, "rules": made, **fields})


@pytest.mark.parametrize(
    ("scope", "match", "why"),
    [
        ({"kinds": ["model"]}, {"kind": "checkpoint"}, "kind checkpoint is not in scope"),
        ({"kinds": ["model"]}, {"kind": ["checkpoint", "model"]}, None),
        ({"buckets": ["swissai-*"]}, {"bucket": "other"}, "bucket other is not in scope"),
        ({"buckets": ["swissai-*"]}, {"bucket": "*-a"}, None),
        ({"projects": ["alpha"]}, {"project": "beta"}, "project beta is not in scope"),
        ({"prefixes": ["runs/"]}, {"prefix": "data/"}, "lies outside of scope's prefixes"),
        ({"prefixes": ["runs/"]}, {"prefix": "*/sft-*"}, None),
        ({"prefixes": ["runs/a"]}, {"prefix": "runs/ab/"}, "lies outside of scope's prefixes"),
        ({"prefixes": ["s3://lab/runs/"]}, {"prefix": "runs/a/"}, None),
        ({"prefixes": ["s3://lab/runs/"]}, {"prefix": "s3://lab/data/"}, "scope's prefixes"),
        ({"buckets": ["lab"]}, {"prefix": "s3://other/runs/"}, "lies outside of scope's buckets"),
        ({"buckets": ["lab"]}, {"prefix": "s3://lab/runs/"}, None),
        ({"buckets": ["/scratch"]}, {"prefix": "file:///scratch/a/"}, None),
        ({}, {"prefix": "s3://lab/a/", "bucket": "other"}, "lies outside of its bucket"),
        ({"prefixes": ["s3://lab/a/"]}, {"bucket": "other"}, "outside of scope's prefixes"),
        ({}, {"kind": "checkpoint", "prefix": "anything"}, None),
    ],
)
def test_a_rule_that_can_never_match_is_seen(
    scope: dict[str, object], match: dict[str, object], why: str | None
) -> None:
    made = policy({"match": match}, scope=scope)
    found = list(contradictions(made, made.rules[0]))
    assert found == [] if why is None else any(why in text for text in found), found


CHECKPOINT: Row = {"match": {"kind": "checkpoint"}}
SFT: Row = {"match": {"kind": "checkpoint", "prefix": "*/sft-*"}}


@pytest.mark.parametrize(
    ("rules", "why"),
    [
        ([{"match": {"kind": "unknown"}}], "unknown is always kept"),
        ([{"match": {"kind": ["blob", "unknown"]}}], "blob, unknown is always kept"),
        (
            [{"match": {"complete": False}, "keep": {"last_verified": 1}}],
            "it matches incomplete ones only",
        ),
        ([{"match": {"kind": "debris"}, "keep": {"last_verified": 1}}], "debris are none"),
        ([{**CHECKPOINT, "keep": {"all": True}}], "its else lets nothing go"),
        ([SFT, {**CHECKPOINT, "keep": {"all": True}}], "rule r1 keeps all that it matches"),
        (
            [SFT, {**CHECKPOINT, "else": {"after": "90d", "action": "tombstone"}}],
            "rule r1 keeps all that it matches",
        ),
        ([SFT, {**CHECKPOINT, "else": {"after": "90d", "action": "delete"}}], "waits 90 days"),
        ([{**CHECKPOINT, "keep": {"last_verified": 2}}], None),
        ([SFT, {**CHECKPOINT, "else": {"after": "30d", "action": "delete"}}], None),
        ([{**CHECKPOINT, "else": {"after": "30d", "action": "delete"}}, SFT], None),
        ([SFT, {"match": {"kind": "model"}, "keep": {"all": True}}], None),
    ],
)
def test_a_part_that_can_have_no_effect_is_seen(rules: list[Row], why: str | None) -> None:
    found = list(without_effect(policy(*rules), 0))
    assert found == [] if why is None else any(why in text for text in found), found


def test_of_two_equal_rules_the_second_is_too_much() -> None:
    made = policy(CHECKPOINT, CHECKPOINT)
    assert list(without_effect(made, 0)) == []
    assert "rule r0 matches all that it does" in next(iter(without_effect(made, 1)))


@pytest.mark.parametrize(
    ("wide", "narrow", "is_wider"),
    [
        ({"kind": ["checkpoint", "run"]}, {"kind": "run"}, True),
        ({"kind": "run"}, {"kind": ["checkpoint", "run"]}, False),
        ({"kind": "run"}, {"prefix": "a/"}, False),
        ({"prefix": "*"}, {"kind": "run"}, True),
        ({"prefix": "runs/"}, {"prefix": "runs/a"}, True),
        ({"prefix": "runs/a"}, {"prefix": "runs/a/b/"}, True),
        ({"prefix": "runs/a"}, {"prefix": "runs/ab/"}, False),
        ({"prefix": ["a/", "b/"]}, {"prefix": "b/c/"}, True),
        ({"prefix": "a/"}, {"prefix": ["a/b/", "c/"]}, False),
        ({"layout": "hf-*"}, {"layout": "hf-trainer", "kind": "model"}, True),
        ({"bucket": "a"}, {"project": "a"}, False),
        ({"complete": False}, {"complete": False, "kind": "run"}, True),
        ({"complete": False}, {"kind": "run"}, False),
        ({"tags": {"a": "b"}}, {"tags": {"a": "b"}}, True),
        ({"run.status": "failed"}, {"kind": "run"}, False),
    ],
)
def test_one_match_is_wider_than_another(
    wide: dict[str, object], narrow: dict[str, object], is_wider: bool
) -> None:
    assert wider(Match.model_validate(wide), Match.model_validate(narrow)) is is_wider


def test_an_age_within_the_grace_means_the_grace() -> None:
    made = policy(CHECKPOINT, grace={"min_age": "90d"})
    assert "nothing goes before 90 days" in str(within_grace(made, made.rules[0]))
    made = policy(CHECKPOINT, grace={"min_age": "60d"})
    assert within_grace(made, made.rules[0]) is None
    made = policy({**CHECKPOINT, "else": {"after": "1d", "action": "tombstone"}})
    assert within_grace(made, made.rules[0]) is None
