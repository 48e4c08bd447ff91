import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from governance.evidence.mlflow.entities import Dataset
from tests.governance.evidence.mlflow.tracking import Held, run, said_of
from tests.prove import share

MD5, SHA = "ab" * 16, "cd" * 32


def targets(source_type: str, source: object, digest: str = "12ab34cd") -> set[object]:
    said = said_of(Held([run("r", datasets=[dataset(source_type, source, digest)])]))
    assert said.problems == []
    return {target for relation, holder, target in said.edges if str(holder).startswith("dataset")}


def dataset(source_type: str, source: object, digest: str = "12ab34cd") -> Dataset:
    return Dataset("corpus", digest, source_type, json.dumps(source))


@pytest.mark.parametrize(
    ("source_type", "source", "found"),
    [
        ("s3", {"uri": "s3://lab/data"}, {"s3://lab/data"}),
        ("local", {"uri": "/capstor/data.parquet"}, {"file:///capstor/data.parquet"}),
        ("delta_table", {"path": "s3a://lab/delta", "delta_table_version": 3}, {"s3://lab/delta"}),
        ("spark", {"table_name": "corpus"}, set()),
        ("http", {"url": "https://host/data.tar"}, {"https://host/data.tar"}),
        ("hugging_face", {"path": "allenai/c4", "data_files": None}, {"hub:allenai/c4"}),
        (
            "hugging_face",
            {"path": "json", "data_files": {"train": ["s3://lab/a", "b.json"]}, "data_dir": "/d"},
            {"hub:json", "s3://lab/a", "file:///d"},
        ),
        ("code", {"tags": {"mlflow.source.name": "train.py"}}, set()),
        ("gs", {"uri": "gs://theirs/data"}, {"gs://theirs/data"}),
    ],
)
def test_every_kind_of_source_names_what_it_is(
    source_type: str, source: object, found: set[str]
) -> None:
    assert targets(source_type, source) == found


@pytest.mark.parametrize(
    ("digest", "found"),
    [
        (MD5, {f"md5:{MD5}"}),
        (SHA, {f"sha256:{SHA}"}),
        (f"md5:{MD5}", {f"md5:{MD5}"}),
        (f"sha256:{MD5}", set()),
        ("12ab34cd", set()),
        ("", set()),
    ],
)
def test_a_digest_of_content_names_the_content(digest: str, found: set[str]) -> None:
    assert targets("code", {}, digest) == found


def test_relative_paths_are_one_remark() -> None:
    runs = [
        run(f"r{number}", datasets=[Dataset("d", f"{number}", "local", '{"uri": "data.csv"}')])
        for number in range(30)
    ]
    said = said_of(Held(runs))
    assert said.remarks == ["30 datasets are at relative paths: nobody knows from where"]
    assert said.problems == []


def test_what_lies_behind_the_server_is_a_problem() -> None:
    one = dataset("mlflow-artifacts", {"uri": "mlflow-artifacts:/1/r/artifacts/data"})
    said = said_of(Held([run("r", datasets=[one])]))
    assert said.problems == ["datasets that lie behind the tracking server: 1, such as corpus"]


@pytest.mark.parametrize("source", ["", "{", "[]", "null", "[" * 99_999, '{"uri": "s3://lab/x"'])
def test_a_source_that_cannot_be_read_is_a_problem(source: str) -> None:
    held = Held([run("r", datasets=[Dataset("corpus", "1", "s3", source)])])
    said = said_of(held)
    assert said.problems == ["the source of dataset corpus cannot be read"]
    assert ("needs", "run/r", "dataset/corpus@1") in said.edges


def test_only_inputs_of_active_runs_are_roots() -> None:
    mine, both = (
        Dataset("mine", "1", "s3", '{"uri": "s3://lab/a"}'),
        dataset("s3", {"uri": "s3://lab/b"}),
    )
    held = Held([run("r", active=False, datasets=[mine, both]), run("s", datasets=[both])])
    said = said_of(held)
    assert said.roots("mlflow.inputs") == {"corpus"}
    assert ("names", "dataset/mine@1", "s3://lab/a") in said.edges


def test_one_dataset_that_is_said_to_be_at_two_places_is_at_both() -> None:
    one, other = dataset("s3", {"uri": "s3://lab/a"}), dataset("s3", {"uri": "s3://lab/b"})
    said = said_of(Held([run("r", datasets=[one]), run("s", datasets=[other])]))
    assert {"s3://lab/a", "s3://lab/b"} <= {target for _, _, target in said.edges}


@settings(max_examples=share(600))
@given(
    st.sampled_from(["s3", "local", "hugging_face", ""]),
    st.recursive(
        st.none() | st.text() | st.integers(),
        lambda inner: (
            st.lists(inner)
            | st.dictionaries(st.sampled_from(["uri", "path", "url", "data_files", "x"]), inner)
        ),
    ),
)
def test_no_description_is_an_accident(source_type: str, source: object) -> None:
    said = said_of(Held([run("r", datasets=[dataset(source_type, source)])]))
    assert ("needs", "run/r", "dataset/corpus@12ab34cd") in said.edges
