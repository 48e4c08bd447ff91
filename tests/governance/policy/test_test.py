from governance.policy import test as operation
from governance.policy.parse import parse

POLICY = """version: 1
scope: {buckets: [swissai-*], projects: [alpha*]}
rules:
  - id: thin
    match: {kind: checkpoint}
    keep: {last_verified: 1}
    else: {after: 30d, action: delete}
"""
EXAMPLES = """examples:
  - name: the newest stays
    artifacts:
      - {root: runs/a/1/, step: 1, verdict: expire, rule: thin, because: longer ago}
      - {root: runs/a/2/, step: 2, verdict: keep, because: the newest complete save of runs/a}
"""


def outcome(examples: str, policy: str = POLICY) -> operation.Tested:
    return operation.test(parse(policy + examples, "p.yaml"))


def one(artifact: str, more: str = "") -> list[operation.Mismatch]:
    examples = (
        f"examples:\n  - name: x\n    now: 2026-11-22\n{more}    artifacts: [{{{artifact}}}]\n"
    )
    return list(outcome(examples).mismatches)


def test_examples_that_hold_are_counted() -> None:
    result = outcome(EXAMPLES)
    assert (result.examples, result.artifacts, result.exit_code) == (1, 2, 0)
    assert str(result) == "p.yaml: 1 example, 2 artifacts: all as expected"


def test_a_mismatch_says_what_was_expected_and_why_it_is_not_so() -> None:
    result = outcome(EXAMPLES.replace("verdict: expire", "verdict: keep"))
    assert result.exit_code == 3
    (mismatch,) = result.mismatches
    assert mismatch.at == "p.yaml:11"
    assert mismatch.expected == "keep by thin, because: longer ago"
    assert mismatch.got == "expire by thin"
    assert "longer ago than 30 days" in mismatch.reason
    assert "1 not as expected" in str(result)
    assert result.as_json()["mismatches"] == [mismatch.as_json()]


def test_the_rule_and_the_words_are_compared_where_they_are_said() -> None:
    assert len(outcome(EXAMPLES.replace("rule: thin", "rule: default")).mismatches) == 1
    assert len(outcome(EXAMPLES.replace("longer ago", "younger")).mismatches) == 1
    assert outcome(EXAMPLES.replace(", rule: thin, because: longer ago", "")).mismatches == ()


def test_a_policy_without_examples_was_not_tested() -> None:
    result = outcome("")
    assert result.exit_code == 3
    assert "nothing was tested" in str(result)


def test_what_is_not_said_is_in_scope_and_old_and_complete() -> None:
    assert one("root: a/b/, step: 1, verdict: keep, rule: thin") == []
    assert one("root: a/b/, bucket: other, verdict: keep, rule: out of scope") == []
    assert one("root: a/b/, project: other, verdict: keep, rule: out of scope") == []


def test_every_field_of_an_artifact_counts() -> None:
    newest = "root: a/1/, step: 1, verdict: keep"
    assert one(f"{newest}, kind: unknown, rule: unknown") == []
    assert one(f"{newest}, complete: null, rule: 'grace:complete'") == []
    assert one(f"{newest}, age: null, rule: 'grace:date'") == []
    assert one(f"{newest}, age: 13d, rule: 'grace:min_age'") == []
    assert one(f"{newest}, modified: 2026-11-20, rule: 'grace:min_age'") == []
    assert one(f"{newest}, modified: 2026-12-01, rule: 'grace:date'") == []
    assert one(f"{newest}, pinned: true, rule: 'pin:example-0'") == []
    assert one(f"{newest}, listing_complete: false, rule: listing") == []
    assert one(f"{newest}, live: false, because: no complete save") == []
    assert one("root: a/, kind: run, step: null, verdict: keep, rule: default") == []


def test_artifacts_of_one_example_see_each_other_and_no_others() -> None:
    two = EXAMPLES + EXAMPLES.replace("examples:\n", "").replace("newest stays", "other")
    assert outcome(two).mismatches == ()
    apart = EXAMPLES.replace("runs/a/1/,", "runs/a/1/, run: elsewhere/,")
    assert [mismatch.got for mismatch in outcome(apart).mismatches] == ["keep by thin"]


def test_evidence_can_be_said_to_be_there() -> None:
    policy = POLICY + "evidence: {require: [mlflow]}\n"
    kept = outcome(EXAMPLES, policy)
    assert [mismatch.got for mismatch in kept.mismatches][:1] == ["keep by evidence"]
    read = EXAMPLES.replace("    artifacts:", "    evidence: [mlflow]\n    artifacts:")
    assert outcome(read, policy).mismatches == ()


def test_an_id_can_be_said() -> None:
    policy = POLICY.replace("last_verified: 1", "ids: [abcdefabcdefabcdefabcdef]")
    example = EXAMPLES.replace("root: runs/a/2/", "id: abcdefabcdefabcdefabcdef, root: runs/a/2/")
    result = outcome(example.replace("the newest complete save of runs/a", "named"), policy)
    assert result.mismatches == ()


def test_hostile_roots_are_shown_escaped() -> None:
    examples = EXAMPLES.replace("runs/a/1/", '"\\e[31m/"').replace(
        "verdict: expire", "verdict: keep"
    )
    assert "\x1b" not in str(outcome(examples))


EVIDENCE = """version: 1
rules:
  - id: failed
    match: {kind: checkpoint, run.status: [failed, killed], tags: {team: "a*"}}
    keep: {best: {metric: loss, mode: min, k: 1}}
    else: {after: 30d, action: strip_optimizer}
    then: {after: 60d, action: delete, if: recoverable}
examples:
  - name: what sources say of runs
    artifacts:
      - {root: a/checkpoint-1/, step: 1, run.status: failed, tags: {team: alps}, metrics: {loss: 2},
         recoverable: true, verdict: expire, rule: failed, because: can be made again}
      - {root: a/checkpoint-2/, step: 2, run.status: failed, tags: {team: alps}, metrics: {loss: 1},
         recoverable: true, verdict: keep, rule: failed, because: "the best by loss (min)"}
      - {root: a/checkpoint-3/, step: 3, run.status: failed, tags: {team: alps},
         recoverable: true, verdict: keep, rule: failed, because: no such metric is known}
      - {root: a/checkpoint-4/, step: 4, run.status: failed, tags: {team: alps}, metrics: {loss: 3},
         verdict: keep, rule: failed, because: its commit is in no registered repository}
      - {root: b/checkpoint-1/, step: 1, run.status: finished, tags: {team: alps}, verdict: keep,
         rule: default}
      - {root: b/checkpoint-2/, step: 2, run.status: failed, tags: {team: basel}, verdict: keep,
         rule: default}
      - {root: b/checkpoint-3/, step: 3, verdict: keep, because: the status of its run}
      - {root: c/checkpoint-1/, step: 1, run.status: failed, tags: {team: alps}, metrics: {loss: 9},
         recoverable: true, needed_by: ["mlflow.alias(llama@production)"], verdict: keep,
         rule: "protect:needed", because: "needed by mlflow.alias(llama@production)"}
"""


def test_examples_can_say_what_runs_were_and_who_needs_an_artifact() -> None:
    found = operation.test(parse(EVIDENCE, "p.yaml"))
    assert found.mismatches == ()
    assert found.artifacts == 8
