import json

import pytest

from governance.decide.compile import compile_policies
from governance.decide.conditions import Asked
from governance.decide.evidence import Doubt, Evidence, Reading
from governance.policy.parse import Source, parse
from tests.governance.decide.oracle import Row
from tests.governance.decide.things import NOW, reading

DELETE: Row = {"after": "30d", "action": "delete"}


def policy(*rules: Row, name: str = "p.yaml", **fields: object) -> Source:
    made = [
        {"id": f"r{n}", "match": {"kind": "checkpoint"}, "else": DELETE, **rule}
        for n, rule in enumerate(rules or ({},))
    ]
    return parse(json.dumps({"version": 1, "rules": made, **fields}, indent=1), name)


def test_no_policy_is_no_rows_and_still_sql() -> None:
    compiled = compile_policies([], Evidence(), NOW)
    assert (compiled.policies, compiled.rules) == ((), ())
    assert "WHERE 1 = 0" in compiled.scoped
    assert "WHERE 1 = 0" in compiled.matched


def test_rules_are_numbered_from_the_longest_retention() -> None:
    first = policy(
        {"id": "short"},
        {"id": "never", "keep": {"all": True}, "else": {"after": "30d", "action": "tombstone"}},
        {"id": "long", "else": {"after": "60d", "action": "delete"}},
    )
    compiled = compile_policies([first], Evidence(), NOW)
    assert [rule.id for rule in compiled.rules] == ["never", "long", "short"]
    assert [rule.rule for rule in compiled.rules] == [0, 1, 2]


def test_policies_are_numbered_from_the_longest_grace() -> None:
    short = policy(name="short.yaml", grace={"min_age": "1d"})
    long = policy(name="long.yaml", grace={"min_age": "90d"})
    compiled = compile_policies([short, long], Evidence(), NOW)
    assert [row.name for row in compiled.policies] == ["long.yaml", "short.yaml"]
    assert compiled.policies[0].min_age_words == "90 days"


def test_every_row_knows_its_line() -> None:
    (rule,) = compile_policies([policy()], Evidence(), NOW).rules
    assert rule.at == "p.yaml:4"


@pytest.mark.parametrize(
    ("rule", "words"),
    [
        ({"else": {"after": "30d", "action": "strip_optimizer"}}, "strip_optimizer after 30 days"),
        (
            {
                "else": {"after": "30d", "action": "strip_optimizer"},
                "then": {"after": "60d", "action": "tombstone"},
            },
            "tombstone after 60 days is not applied",
        ),
    ],
)
def test_what_is_not_applied_yet_never_lets_go_and_says_so(rule: Row, words: str) -> None:
    (row,) = compile_policies([policy(rule)], Evidence(), NOW).rules
    assert row.delete_after_us is None
    assert words in str(row.never_words)


def test_a_last_tier_that_deletes_counts() -> None:
    rule = {
        "else": {"after": "30d", "action": "strip_optimizer"},
        "then": {"after": "60d", "action": "delete"},
    }
    (row,) = compile_policies([policy(rule)], Evidence(), NOW).rules
    assert (row.delete_after_us, row.delete_words) == (60 * 86_400_000_000, "60 days")


@pytest.mark.parametrize(
    ("fields", "rule", "reason"),
    [
        (
            {"protect": [{"id": "released", "roots": ["mlflow.alias(*)", "doi"]}]},
            "protect:released",
            "needs evidence: what mlflow.alias(*) names (protect released): "
            "mlflow is not configured",
        ),
        (
            {"evidence": {"require": ["mlflow", "dvc:all-refs"]}},
            "evidence",
            "needs evidence: mlflow is not configured; dvc:all-refs is not configured",
        ),
        ({}, None, None),
    ],
)
def test_missing_evidence_blocks_a_policy(
    fields: Row, rule: str | None, reason: str | None
) -> None:
    (row,) = compile_policies([policy(**fields)], Evidence(), NOW).policies
    assert (row.blocked_rule, row.blocked_reason) == (rule, reason)


def test_evidence_that_is_there_does_not_block() -> None:
    required = policy(
        evidence={"require": ["mlflow"]},
        protect=[{"id": "released", "roots": ["mlflow.alias(*)"]}],
    )
    (row,) = compile_policies([required], Evidence((reading("mlflow"),)), NOW).policies
    assert row.blocked_rule is None


def test_a_source_that_nobody_names_blocks_as_well() -> None:
    evidence = Evidence((reading("jobs", why="HTTP 500"),))
    (row,) = compile_policies([policy()], evidence, NOW).policies
    assert (row.blocked_rule, row.blocked_at) == ("evidence", "p.yaml")
    assert row.blocked_reason == "needs evidence: jobs was not read completely (HTTP 500)"


def test_doubts_about_places_go_to_the_policies_that_rely_on_them() -> None:
    named = policy(name="named.yaml", evidence={"require": ["reads"]}, grace={"min_age": "90d"})
    doubt = (Doubt("one day is missing", "s3://lab/runs/"),)
    evidence = Evidence((Reading("reads", NOW, doubts=doubt), Reading("dvc", NOW, doubts=doubt)))
    found = compile_policies([policy(), named], evidence, NOW).doubts
    assert found == (
        (0, "reads: one day is missing", "s3://lab/runs/"),
        (0, "dvc: one day is missing", "s3://lab/runs/"),
        (1, "dvc: one day is missing", "s3://lab/runs/"),
    )


def test_tags_and_metrics_are_asked_once() -> None:
    best = {"metric": "loss", "mode": "min", "k": 1}
    first = policy({"match": {"tags": {"a": "x", "b": "y"}}}, {"keep": {"best": best}})
    second = policy({"match": {"tags": {"b": "z"}}}, {"keep": {"best": {**best, "mode": "max"}}})
    asked = compile_policies([first, second], Evidence(), NOW).asked
    assert asked == Asked(("a", "b"), ("loss",))


@pytest.mark.parametrize(
    ("k", "mode", "words"),
    [(1, "min", "best by loss (min)"), (3, "max", "3 best by loss (max)")],
)
def test_the_best_have_words(k: int, mode: str, words: str) -> None:
    best = {"keep": {"best": {"metric": "loss", "mode": mode, "k": k}}}
    (row,) = compile_policies([policy(best)], Evidence(), NOW).rules
    assert (row.best_k, row.best_words, row.last_verified) == (k, words, None)


def test_a_last_tier_may_let_go_only_what_can_be_made_again() -> None:
    rule = {
        "else": {"after": "30d", "action": "tombstone"},
        "then": {"after": "60d", "action": "delete", "if": "recoverable"},
    }
    (row,) = compile_policies([policy(rule)], Evidence(), NOW).rules
    assert (row.only_recoverable, row.delete_words) == (True, "60 days")
