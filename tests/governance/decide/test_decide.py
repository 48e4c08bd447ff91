"""Each part of the semantics once, with what keeps and what lets go side by side."""

from datetime import timedelta
from pathlib import Path

import pytest

from governance.artifact import ArtifactId
from governance.decide.decide import decide
from governance.decide.engine import connect
from governance.decide.evidence import Evidence
from governance.decide.facts import build
from governance.policy.parse import parse
from tests.governance.decide.oracle import Row
from tests.governance.decide.things import (
    NOW,
    artifact,
    days,
    decisions,
    entry,
    listing,
    pin,
    reading,
    rows,
    said,
)

THIN = """version: 1
rules:
  - id: thin
    match: {kind: checkpoint}
    keep: {last_verified: 2, every_steps: 1000}
    else: {after: 30d, action: delete}
"""
AGE = """version: 1
rules:
  - id: age
    match: {prefix: "*"}
    else: {after: 30d, action: delete}
"""


def save(number: int, **fields: object) -> Row:
    return artifact(number, f"runs/a/checkpoint-{number}/", **fields)


def run_files(**fields: object) -> Row:
    said: Row = {"kind": "run", "slot": "run", "step": None, "complete": None, **fields}
    return artifact(9, "runs/a/", **said)


def verdicts(found: list[Row]) -> list[tuple[str, str]]:
    return [(row["verdict"], row["rule"]) for row in found]


def rules(found: list[Row]) -> list[str]:
    return [row["rule"] for row in found]


def test_the_newest_complete_steps_stay_and_older_ones_go(tmp_path: Path) -> None:
    found = decisions(tmp_path, [save(n) for n in (1, 2, 3, 4)], THIN)
    assert [row["verdict"] for row in found] == ["expire", "expire", "keep", "keep"]
    assert [row["rank"] for row in found] == [4, 3, 2, 1]
    assert {row["complete_saves"] for row in found} == {4}
    assert {row["newest_step"] for row in found} == {4}


def test_saves_of_the_same_step_share_a_rank(tmp_path: Path) -> None:
    saves = [save(1), save(2, step=2), save(3, step=3), save(4, step=3), save(5, step=3)]
    found = decisions(tmp_path, saves, THIN)
    assert [row["verdict"] for row in found] == ["expire", *["keep"] * 4]


def test_incomplete_saves_take_no_place_among_the_newest(tmp_path: Path) -> None:
    saves = [save(1), save(2), save(3, complete=False), save(4, complete=None)]
    found = decisions(tmp_path, saves, THIN)
    assert verdicts(found) == [
        ("keep", "thin"),
        ("keep", "thin"),
        ("expire", "thin"),
        ("keep", "grace:complete"),
    ]


def test_a_deleted_save_takes_no_place_among_the_newest(tmp_path: Path) -> None:
    found = decisions(tmp_path, [save(1), save(2), save(3, live=False)], THIN)
    assert [row["verdict"] for row in found] == ["keep", "keep", "expire"]


def test_a_complete_save_without_a_step_counts_as_the_newest(tmp_path: Path) -> None:
    policy = THIN.replace(", every_steps: 1000", "")
    found = decisions(tmp_path, [save(1), save(2), save(3), save(4, step=None)], policy)
    assert [row["verdict"] for row in found] == ["expire", "keep", "keep", "keep"]
    assert "counts as the newest" in found[3]["reason"]


def test_series_are_counted_apart(tmp_path: Path) -> None:
    saves = [save(1), save(2), save(3), save(4, run="runs/b/")]
    found = decisions(tmp_path, saves, THIN)
    assert [row["verdict"] for row in found] == ["expire", "keep", "keep", "keep"]


def test_a_series_without_a_complete_save_loses_nothing(tmp_path: Path) -> None:
    found = decisions(tmp_path, [save(n, complete=False) for n in (1, 2)], THIN)
    assert verdicts(found) == [("keep", "thin")] * 2
    assert found[0]["reason"] == "no complete save of runs/a is known"


def test_every_so_many_steps_one_stays(tmp_path: Path) -> None:
    saves = [save(n, step=n * 500) for n in range(7)]
    found = decisions(tmp_path, saves, THIN)
    kept = [row["verdict"] == "keep" for row in found]
    assert kept == [True, False, True, False, True, True, True]


def test_a_step_that_is_not_known_may_be_any(tmp_path: Path) -> None:
    saves = [save(1), save(2), save(3, step=None, complete=False)]
    assert said(decisions(tmp_path, saves, THIN)[2])[:2] == ("keep", "thin")


def test_a_newer_save_may_still_be_written_for_in_flight(tmp_path: Path) -> None:
    policy = THIN + "grace: {min_age: 1h, in_flight: 72h}\n"
    policy = policy.replace("30d", "2h").replace("last_verified: 2", "last_verified: 1")
    saves = [save(1), save(2), save(3, complete=False), save(4, complete=False)]
    objects = [
        entry(1),
        entry(2, modified=days(3)),
        entry(3, modified=days(2.9)),
        entry(4, modified=days(3)),
    ]
    found = decisions(tmp_path, saves, policy, objects=objects)
    assert [row["verdict"] for row in found] == ["expire", "keep", "keep", "expire"]
    assert found[2]["until"] == days(2.9) + timedelta(hours=72)


@pytest.mark.parametrize(
    ("fields", "rule"),
    [
        ({"kind": "unknown"}, "unknown"),
        ({"complete": None}, "grace:complete"),
        ({"kind": "blob"}, "evidence"),
        ({}, None),
    ],
)
def test_what_is_not_known_stays(
    tmp_path: Path, fields: dict[str, object], rule: str | None
) -> None:
    (row,) = decisions(tmp_path, [save(1, **fields)], AGE)
    assert verdicts([row]) == [("expire", "age") if rule is None else ("keep", rule)]


@pytest.mark.parametrize(
    ("fields", "rule"),
    [
        ({"incomplete": "denied"}, "listing"),
        ({"versions_unknown": "denied"}, "listing"),
        ({"pins_unknown": "denied"}, "evidence"),
        ({"lower_bound": True}, None),
    ],
)
def test_what_the_listing_could_not_see_keeps(
    tmp_path: Path, fields: dict[str, object], rule: str | None
) -> None:
    (row,) = decisions(tmp_path, [save(1)], AGE, **fields)  # type: ignore[arg-type]
    assert verdicts([row]) == [("expire", "age") if rule is None else ("keep", rule)]


@pytest.mark.parametrize(
    ("age", "rule", "until"),
    [
        (timedelta(days=-3), "grace:date", 33),
        (timedelta(0), "grace:min_age", 30),
        (timedelta(days=14) - timedelta(microseconds=1), "grace:min_age", 16),
        (timedelta(days=14), "age", 16),
        (timedelta(days=30) - timedelta(microseconds=1), "age", 0),
        (timedelta(days=30), None, None),
    ],
)
def test_an_age_counts_from_the_last_change_to_the_microsecond(
    tmp_path: Path, age: timedelta, rule: str | None, until: float | None
) -> None:
    objects = [entry(1, modified=NOW - age), entry(1, modified=days(400))]
    (row,) = decisions(tmp_path, [save(1)], AGE, objects=objects)
    assert verdicts([row]) == [("expire", "age") if rule is None else ("keep", rule)]
    if until is None:
        assert row["until"] is None
    else:
        assert row["until"] == NOW - age + timedelta(days=30)
    assert row["expires_after"] == NOW - age + timedelta(days=30)


def test_an_age_that_is_not_known_keeps_for_good(tmp_path: Path) -> None:
    (row,) = decisions(tmp_path, [save(1)], AGE, objects=[entry(1, modified=None)])
    assert (*said(row)[:2], row["until"], row["age_seconds"]) == ("keep", "grace:date", None, None)


def test_a_deletion_a_moment_ago_is_a_change(tmp_path: Path) -> None:
    objects = [
        entry(1, modified=days(400), is_latest=False),
        entry(1, modified=days(1), entry="delete_marker", size=0),
    ]
    (row,) = decisions(tmp_path, [save(1, live=False)], AGE, objects=objects)
    assert verdicts([row]) == [("keep", "grace:min_age")]


def test_the_longest_retention_wins(tmp_path: Path) -> None:
    longer = AGE.replace("id: age", "id: longer").replace("30d", "200d")
    found = decisions(tmp_path, [save(1)], AGE, longer)
    assert verdicts(found) == [("keep", "longer")]
    assert found[0]["policy_line"] == "policy-2.yaml:3"
    assert found[0]["until"] == days(100) + timedelta(days=200)
    agreeing = decisions(tmp_path, [save(1)], AGE, longer.replace("200d", "60d"))
    assert verdicts(agreeing) == [("expire", "longer")]
    assert agreeing[0]["matching_rules"] == 2
    assert "all 2 matching rules agree" in agreeing[0]["reason"]


def test_the_longest_grace_of_all_policies_in_scope_counts(tmp_path: Path) -> None:
    other = AGE.replace("version: 1", "version: 1\ngrace: {min_age: 1y}")
    assert verdicts(decisions(tmp_path, [save(1)], AGE, other)) == [("keep", "grace:min_age")]
    elsewhere = other.replace("grace:", "scope: {buckets: [else]}\ngrace:")
    assert verdicts(decisions(tmp_path, [save(1)], AGE, elsewhere)) == [("expire", "age")]


def test_a_rule_without_else_keeps_what_it_is_about(tmp_path: Path) -> None:
    policy = AGE + "  - {id: some, match: {kind: checkpoint}, keep: {every_steps: 1000}}\n"
    assert said(decisions(tmp_path, [save(1)], policy)[0]) == (
        "keep",
        "some",
        "the rule lets nothing go (it has no else)",
    )


def test_no_rule_and_no_scope_and_no_policy_keep(tmp_path: Path) -> None:
    assert said(decisions(tmp_path, [save(1, kind="model")], THIN)[0])[1:] == (
        "default",
        "no rule is about it",
    )
    scoped = THIN.replace("version: 1", "version: 1\nscope: {buckets: [other]}")
    assert said(decisions(tmp_path, [save(1)], scoped)[0])[1:] == ("out of scope", "out of scope")
    assert said(decisions(tmp_path, [save(1)])[0])[1:] == ("no policy", "no policy")


@pytest.mark.parametrize(
    "addition",
    [
        "evidence: {require: [mlflow]}\n",
        "protect: [{id: released, roots: [doi]}]\n",
    ],
)
def test_evidence_that_cannot_be_had_keeps_everything_in_scope(
    tmp_path: Path, addition: str
) -> None:
    (row,) = decisions(tmp_path, [save(1)], AGE + addition)
    assert row["verdict"] == "keep"
    assert row["reason"].startswith("needs evidence: ")
    assert row["policy_line"] == "policy-1.yaml:6"
    assert row["level"] == "protect"


def test_evidence_that_was_read_lets_the_rules_speak(tmp_path: Path) -> None:
    policy = AGE + "evidence: {require: [mlflow], max_age: 24h}\n"
    read = Evidence((reading("mlflow"),))
    assert verdicts(decisions(tmp_path, [save(1)], policy, evidence=read)) == [("expire", "age")]
    stale = Evidence((reading("mlflow", days(2)),))
    assert verdicts(decisions(tmp_path, [save(1)], policy, evidence=stale)) == [
        ("keep", "evidence")
    ]


@pytest.mark.parametrize(
    ("match", "keep"),
    [
        ("kind: checkpoint, run.status: finished", "last_verified: 1"),
        ("kind: checkpoint, tags: {keep: no}", "last_verified: 1"),
        ("kind: checkpoint, state: expired", "last_verified: 1"),
        ("kind: checkpoint", "best: {metric: loss, mode: min, k: 1}"),
    ],
)
def test_a_rule_that_needs_evidence_keeps_all_that_it_may_be_about(
    tmp_path: Path, match: str, keep: str
) -> None:
    policy = f"""{AGE}  - id: needy
    match: {{{match}}}
    keep: {{{keep}}}
    else: {{after: 30d, action: delete}}
"""
    found = decisions(tmp_path, [save(1), save(2, kind="model")], policy)
    assert verdicts(found) == [("keep", "needy"), ("expire", "age")]
    assert found[0]["reason"].startswith("needs evidence: ")
    assert found[0]["until"] is None


def test_completeness_that_is_not_known_may_match_either_way(tmp_path: Path) -> None:
    policy = AGE + "  - {id: whole, match: {complete: true}, keep: {all: true}}\n"
    debris = [save(n, kind="debris", complete=c) for n, c in enumerate((True, False, None))]
    found = decisions(tmp_path, debris, policy)
    assert verdicts(found) == [("keep", "whole"), ("expire", "age"), ("keep", "whole")]
    assert found[2]["reason"] == "needs evidence: whether it is complete"


def test_tiers_that_are_not_applied_keep_until_one_deletes(tmp_path: Path) -> None:
    strip = AGE.replace("action: delete", "action: strip_optimizer")
    (row,) = decisions(tmp_path, [save(1)], strip)
    assert said(row)[0] == "keep"
    assert row["reason"] == (
        "strip_optimizer after 30 days is not applied in this version of tutela"
    )
    then = strip + "    then: {after: 90d, action: delete}\n"
    assert verdicts(decisions(tmp_path, [save(1)], then)) == [("expire", "age")]
    later = strip + "    then: {after: 120d, action: delete}\n"
    assert decisions(tmp_path, [save(1)], later)[0]["until"] == days(100) + timedelta(days=120)
    only_if = strip + "    then: {after: 90d, action: delete, if: recoverable}\n"
    (row,) = decisions(tmp_path, [save(1)], only_if)
    assert "needs evidence: whether it can be made again" in row["reason"]


def test_named_artifacts_and_everything_stay(tmp_path: Path) -> None:
    policy = AGE.replace("    else", f"    keep: {{ids: ['{1:024x}']}}\n    else")
    found = decisions(tmp_path, [save(1), save(2)], policy)
    assert verdicts(found) == [("keep", "age"), ("expire", "age")]
    assert "not named by the rule" in found[1]["reason"]
    everything = AGE.replace("    else", "    keep: {all: true}\n    else")
    assert verdicts(decisions(tmp_path, [save(1)], everything)) == [("keep", "age")]


def test_run_files_stay_as_long_as_a_save_of_their_run(tmp_path: Path) -> None:
    young = [entry(1, modified=days(20)), entry(9)]
    found = decisions(tmp_path, [save(1), run_files()], AGE, objects=young)
    assert verdicts(found) == [("keep", "age"), ("keep", "run:saves")]
    assert found[1]["until"] == found[0]["until"]
    assert verdicts(decisions(tmp_path, [save(1), run_files()], AGE)) == [("expire", "age")] * 2
    assert verdicts(decisions(tmp_path, [run_files()], AGE)) == [("expire", "age")]


def test_run_files_stay_for_what_might_be_a_save_and_not_for_debris(tmp_path: Path) -> None:
    unknown = decisions(tmp_path, [save(1, kind="unknown"), run_files()], AGE)
    assert rules(unknown) == ["unknown", "run:saves"]
    assert unknown[1]["until"] is None
    objects = [entry(1, modified=days(20)), entry(9)]
    debris = decisions(tmp_path, [save(1, kind="debris"), run_files()], AGE, objects=objects)
    assert verdicts(debris) == [("keep", "age"), ("expire", "age")]
    elsewhere = decisions(tmp_path, [save(1, kind="unknown", run="runs/b/"), run_files()], AGE)
    assert elsewhere[1]["verdict"] == "expire"


def test_a_pin_comes_before_everything(tmp_path: Path) -> None:
    pinned = pin("s3://lab/runs/a/checkpoint-1/")
    for policies in ([], [AGE], [AGE + "evidence: {require: [mlflow]}\n"]):
        (row,) = decisions(tmp_path, [save(1)], *policies, pins=[pinned])
        assert said(row) == ("keep", "pin:pin-1", "pinned by ada: figure 3")
        assert row["until"] is None


def test_a_pin_ends_when_it_says(tmp_path: Path) -> None:
    ends = pin("s3://lab/runs/a/", until=NOW + timedelta(days=3))
    (row,) = decisions(tmp_path, [save(1)], AGE, pins=[ends])
    assert (row["rule"], row["until"]) == ("pin:pin-1", NOW + timedelta(days=3))
    (row,) = decisions(tmp_path, [save(1)], AGE, pins=[ends], now=NOW + timedelta(days=3))
    assert verdicts([row]) == [("expire", "age")]


def test_of_several_pins_the_longest_is_named(tmp_path: Path) -> None:
    pins = [
        pin("s3://lab/runs/a/", id="soon", until=NOW + timedelta(days=3)),
        pin("s3://lab/runs/a/", id="late", until=NOW + timedelta(days=9)),
        pin("s3://lab/runs/a/", id="lapsed", until=days(1)),
    ]
    (row,) = decisions(tmp_path, [save(1)], AGE, pins=pins)
    assert (row["rule"], row["until"]) == ("pin:late", NOW + timedelta(days=9))


def test_a_pin_that_cannot_be_read_keeps_what_its_path_names(tmp_path: Path) -> None:
    bad = pin(None, artifact=ArtifactId(f"{1:024x}"), problem="it is no record")
    found = decisions(tmp_path, [save(1), save(2)], AGE, pins=[bad])
    assert verdicts(found) == [("keep", "pin:pin-1"), ("expire", "age")]


def test_the_numbers_for_explanations_are_there(tmp_path: Path) -> None:
    found = decisions(tmp_path, [save(n) for n in (1, 2, 3)], THIN)
    (row, *_) = found
    assert (row["age_seconds"], row["notice_seconds"]) == (100 * 86_400, 14 * 86_400)
    assert (row["policy"], row["policy_line"]) == ("policy-1.yaml", "policy-1.yaml:3")
    assert row["level"] == "expire"


def test_every_matching_rule_can_be_looked_up(tmp_path: Path) -> None:
    connection = connect()
    build(connection, [listing(tmp_path / "x", [save(1), save(2), save(3)])])
    decide(connection, [parse(THIN, "thin.yaml"), parse(AGE, "age.yaml")], now=NOW)
    found = rows(
        connection,
        "SELECT fact, id, outcome FROM rule_matches JOIN rules USING (rule) ORDER BY fact, id",
    )
    assert [(row["fact"], row["id"], row["outcome"]) for row in found] == [
        (1, "age", 12),
        (1, "thin", 12),
        (2, "age", 12),
        (2, "thin", 3),
        (3, "age", 12),
        (3, "thin", 3),
    ]


def test_deciding_again_replaces_what_was_decided(tmp_path: Path) -> None:
    connection = connect()
    build(connection, [listing(tmp_path / "x", [save(1)])])
    for text, verdict in ((AGE, "expire"), (THIN, "keep"), (AGE, "expire")):
        decide(connection, [parse(text, "p.yaml")], now=NOW)
        assert rows(connection, "SELECT verdict FROM decisions") == [{"verdict": verdict}]


def test_hostile_text_is_only_text(tmp_path: Path) -> None:
    nasty = "'); DROP TABLE facts; --$now{}%_!\n\x1b<script>"
    thing = artifact(1, nasty, run=f"{nasty}/", why=nasty, complete=None)
    policy = AGE.replace('"*"', '"*\'; DROP TABLE facts; --$now{}*"')
    found = decisions(tmp_path, [thing], policy, pins=[pin(by=nasty, reason=nasty, id=nasty)])
    assert found[0]["reason"] == f"not known to be complete ({nasty})"


def test_many_artifacts_are_decided_as_few_are(tmp_path: Path) -> None:
    saves = [save(n, run=f"runs/{n % 100}/") for n in range(10_000)]
    found = decisions(tmp_path, saves, THIN)
    assert sum(row["verdict"] == "expire" for row in found) == 10_000 - 100 * 2 - 10
