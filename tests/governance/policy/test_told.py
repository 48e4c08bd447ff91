import pyarrow as pa

from governance.policy.model import Example
from governance.policy.told import told

ARTIFACT = {"root": "a/checkpoint-1/", "step": 1, "verdict": "keep"}


def _said(**fields: object) -> tuple[list[dict[str, object]], list[dict[str, object]]]:
    example = Example.model_validate({"name": "x", "artifacts": [{**ARTIFACT, **fields}]})
    evidence = told(example, ["s3://b/a/checkpoint-1/"], "s3://b/data")
    (links,) = evidence.of("links")
    assert isinstance(links.claims, pa.Table)
    assert isinstance(links.notes, pa.Table)
    return links.claims.to_pylist(), links.notes.to_pylist()


def test_an_artifact_of_which_nothing_is_said_has_no_run() -> None:
    assert _said() == ([], [])


def test_a_run_wrote_what_has_a_status_a_tag_or_a_metric() -> None:
    claims, notes = _said(**{"run.status": "failed", "tags": {"a": "b"}, "metrics": {"loss": 0.5}})
    assert [(one["relation"], one["target"]) for one in claims] == [
        ("made", "s3://b/a/checkpoint-1")
    ]
    assert [(one["key"], one["text"], one["number"], one["step"]) for one in notes] == [
        ("status", "failed", None, None),
        ("tag:a", "b", None, None),
        ("metric:loss", None, 0.5, 1),
    ]


def test_a_root_names_the_artifact() -> None:
    (claim,), _ = _said(needed_by=["mlflow.alias(llama@production)"])
    assert (claim["root"], claim["root_name"]) == ("mlflow.alias", "llama@production")


def test_what_is_recoverable_has_code_a_container_and_data() -> None:
    claims, notes = _said(recoverable=True)
    assert ("needs", "s3://b/data") in [(one["relation"], one["target"]) for one in claims]
    assert [one["key"] for one in notes] == ["exists", "exists", "commit", "image"]


def test_named_sources_were_read_just_now() -> None:
    example = Example.model_validate(
        {"name": "x", "evidence": ["mlflow", "vast:audit"], "artifacts": [ARTIFACT]}
    )
    kinds = [reading.kind for reading in told(example, ["s3://b/a"], "s3://b/data").readings]
    assert kinds == ["mlflow", "reads", "links", "store"]
