from governance.policy.needs import needs_of
from governance.policy.parse import parse

POLICY = """version: 1
evidence: {require: [mlflow, "dvc:all-refs"]}
protect:
  - {id: released, roots: [mlflow.alias(*), doi, "mlflow.alias(x)"]}
rules:
  - id: needy
    match: {kind: checkpoint, run.status: finished, tags: {a: b}, state: c}
    keep:
      best: {metric: loss, mode: min, k: 1}
    else: {after: 30d, action: strip_optimizer}
    then: {after: 60d, action: delete, if: recoverable}
  - {id: plain, match: {kind: run}, keep: {last_verified: 1}, else: {after: 30d, action: delete}}
"""


def test_every_need_is_named_with_its_line_and_source() -> None:
    found = [(need.at, need.source) for need in needs_of(parse(POLICY, "p.yaml"))]
    assert found == [
        ("p.yaml:2", "mlflow"),
        ("p.yaml:2", "dvc"),
        ("p.yaml:4", "mlflow"),
        ("p.yaml:4", "links"),
        ("p.yaml:7", "mlflow"),
        ("p.yaml:7", "mlflow"),
        ("p.yaml:7", "mlflow"),
        ("p.yaml:9", "mlflow"),
        ("p.yaml:11", "code"),
        ("p.yaml:11", "images"),
    ]


def test_a_policy_that_needs_nothing_has_no_needs() -> None:
    plain = "version: 1\nrules:\n  - {id: a, match: {kind: run}, keep: {all: true}}\n"
    assert list(needs_of(parse(plain, "p.yaml"))) == []
