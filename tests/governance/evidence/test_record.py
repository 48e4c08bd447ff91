"""Records of `tutela.track`: what they claim, and that nothing foreign gets further than that."""

import json
from pathlib import Path

import pyarrow.parquet as pq
import pytest
from hypothesis import given
from hypothesis import strategies as st

from governance.evidence.gather import Gather
from governance.evidence.record import (
    MAX_RECORD,
    BadRecordError,
    Record,
    claims_of,
    node_of,
    read_record,
    subject,
)

FIXTURE = Path(__file__).parents[2] / "fixtures" / "records" / "record.json"
SAVED = "s3://models/llama-sft/checkpoint-200/"
NODE = SAVED.rstrip("/")
RUN = "run:llama-sft@s3://models/llama-sft/"


def fixture(**changes: object) -> Record:
    return read_record(json.dumps({**json.loads(FIXTURE.read_text()), **changes}).encode())


def said(folder: Path, record: Record, lies: str | None = SAVED) -> tuple[set[str], list[str]]:
    """The claims as `holder relation target [root]`, notes as `node key = text`; remarks."""
    with Gather(folder) as into:
        claims_of(record, lies, into, at="here")
    assert into.problems == []
    claims = pq.read_table(folder / "claims.parquet").to_pylist()
    notes = pq.read_table(folder / "notes.parquet").to_pylist()
    found = {
        f"{one['holder']} {one['relation']} {one['target']}"
        + (f" [{one['root']}: {one['words']}]" if one["root"] else "")
        for one in claims
    }
    return found | {f"{one['node']} {one['key']} = {one['text']}" for one in notes}, into.remarks


def test_a_record_says_who_saved_what_from_what(tmp_path: Path) -> None:
    record = fixture()
    found, remarks = said(tmp_path, record)
    commit = "1f0e3dad99908345f7439f8ffabdffc41f0e3dad"
    assert record.image is not None
    assert found == {
        f"record:{record.id} names {NODE}"
        " [track.record: track record of run llama-sft at step 200]",
        f"{RUN} made {NODE}",
        f"job:alps/4711 names {RUN}",
        f"{RUN} needs commit:{commit}",
        f"{RUN} needs image:{record.image}",
        f"{RUN} needs s3://data/corpus/v3",
        f"{RUN} needs md5:0cc175b9c0f1b6a831c399e269772661",
        f"{NODE} needs s3://models/llama-sft/checkpoint-100",
        f"{NODE} needs hub:meta-llama/Llama-3.1-8B",
        f"{RUN} type = run",
        f"{RUN} label = llama-sft",
        f"{RUN} commit = {commit}",
        f"{RUN} image = {record.image}",
        f"{NODE} type = checkpoint",
        f"{NODE} licence = Apache-2.0",
    }
    assert remarks == []


def test_an_adapter_is_a_reason_to_keep_its_base(tmp_path: Path) -> None:
    found, _ = said(tmp_path, fixture(kind="adapter"))
    assert (
        f"{NODE} needs hub:meta-llama/Llama-3.1-8B"
        " [base.model: base model of what run llama-sft at step 200 saved]"
    ) in found
    assert f"{NODE} type = model" in found


def test_without_a_run_the_save_itself_needs_its_inputs(tmp_path: Path) -> None:
    record = fixture(run={}, job=None, code={}, image=None, parent=None, base=None)
    found, _ = said(tmp_path, record)
    assert f"{NODE} needs s3://data/corpus/v3" in found
    assert not any(" made " in one for one in found)


@pytest.mark.parametrize(
    ("changes", "node"),
    [
        ({"run": {"id": "a1", "name": "x"}}, "run:a1"),
        ({"run": {"mlflow_run_id": "m1", "id": "a1"}}, "mlflow-run:m1"),
        ({"run": {}}, "job:alps/4711"),
    ],
)
def test_a_run_is_known_by_the_best_name_it_has(
    changes: dict[str, object], node: str, tmp_path: Path
) -> None:
    found, _ = said(tmp_path, fixture(**changes))
    assert f"{node} made {NODE}" in found


def test_a_record_of_a_workspace_names_its_artifact(tmp_path: Path) -> None:
    found, remarks = said(tmp_path, fixture(artifact=SAVED), None)
    assert f"{RUN} made {NODE}" in found
    assert remarks == []


def test_a_record_that_names_another_artifact_speaks_for_both(tmp_path: Path) -> None:
    found, _ = said(tmp_path, fixture(artifact="/scratch/out"))
    assert f"{RUN} made {NODE}" in found
    assert "run:llama-sft@file:///scratch/ made file:///scratch/out" in found


@pytest.mark.parametrize("artifact", ["out/checkpoint", "s3://b/../c", "https://x/y", None])
def test_a_record_that_is_about_nothing_is_remarked(artifact: str | None, tmp_path: Path) -> None:
    found, remarks = said(tmp_path, fixture(artifact=artifact), None)
    assert found == set()
    assert len(remarks) == 1


def test_what_nobody_can_find_is_remarked_and_the_rest_counts(tmp_path: Path) -> None:
    record = fixture(parent="../up", base="x y", inputs=[{"uri": "data", "digest": "md5:zz"}])
    found, remarks = said(tmp_path, record)
    assert f"{RUN} made {NODE}" in found
    assert not any(" needs " in one and "commit" not in one and "image" not in one for one in found)
    assert len(remarks) == 3


def test_a_commit_or_image_that_is_none_is_passed_over() -> None:
    record = fixture(code={"commit": "--upload-pack=x"}, image="latest")
    assert (record.code.commit, record.image) == (None, None)


@pytest.mark.parametrize(
    "text",
    [
        b"",
        b"\xff\xfe",
        b"[]",
        b"{}",
        b"[" * 50_000,
        b" " * (MAX_RECORD + 1),
        b'{"schema": "tutela/record/v2"}',
        b'{"schema": "tutela/record/v1"}',
    ],
)
def test_what_is_no_record_is_refused_in_one_line(text: bytes) -> None:
    with pytest.raises(BadRecordError) as refused:
        read_record(text)
    assert "\n" not in str(refused.value)


@pytest.mark.parametrize(
    "changes",
    [
        {"id": "../../etc/passwd"},
        {"at": "yesterday"},
        {"at": "0001-01-01T00:00:00+14:00"},
        {"at": "2026-11-01T08:30:00"},
        {"step": "7"},
        {"step": 2**70},
        {"inputs": [{"digest": "md5:"}]},
        {"inputs": [{"uri": "s3://b/c"}] * 1001},
        {"parent": "s3://b/" + "x" * 3000},
        {"run": "llama"},
    ],
)
def test_a_wrong_field_is_named_and_its_content_is_not_repeated(changes: dict[str, object]) -> None:
    with pytest.raises(BadRecordError) as refused:
        fixture(**changes)
    (name,) = changes
    assert str(refused.value).startswith(f"a record whose {name}")
    assert "passwd" not in str(refused.value)


def test_what_a_newer_tutela_adds_is_passed_over() -> None:
    assert fixture(energy_kwh=12).id == fixture().id


@pytest.mark.parametrize(
    ("path", "about"),
    [
        ("run/checkpoint-1/tutela.record.json", "run/checkpoint-1/"),
        ("s3://b/tutela.record.json", "s3://b/"),
        ("run/x.ckpt.tutela.json", "run/x.ckpt"),
        ("x.tutela.json", "x"),
        ("tutela.record.json", None),
        ("run/.tutela.json", None),
        ("run/config.json", None),
    ],
)
def test_a_record_is_about_what_it_lies_in_or_beside(path: str, about: str | None) -> None:
    assert subject(path) == about


@pytest.mark.parametrize(
    ("text", "node"),
    [
        ("s3a://b/k/", "s3://b/k/"),
        ("/scratch/x", "file:///scratch/x"),
        ("hub:meta-llama/Llama-3.1-8B", "hub:meta-llama/Llama-3.1-8B"),
        ("hf://datasets/org/name@main", "hub:org/name"),
        ("https://huggingface.co/org/name/tree/main", "hub:org/name"),
        ("10.5281/ZENODO.1", "doi:10.5281/zenodo.1"),
        ("https://doi.org/10.5281/zenodo.1", "doi:10.5281/zenodo.1"),
        ("md5:0CC175B9C0F1B6A831C399E269772661", "md5:0cc175b9c0f1b6a831c399e269772661"),
        ("mlflow:run/abc", "mlflow:run/abc"),
        ("https://ada:secret@host/x?token=secret", "https://host/x"),
        ("org/name", None),
        ("md5:abc", None),
        ("s3://b/../c", None),
        ("data/corpus", None),
        ("--option", None),
        ("", None),
    ],
)
def test_a_text_is_a_node_or_nothing(text: str, node: str | None) -> None:
    assert node_of(text) == node


def test_a_bare_name_is_a_hubs_only_where_that_is_meant() -> None:
    assert node_of("org/name", bare_hub=True) == "hub:org/name"
    assert node_of("../name", bare_hub=True) is None


_JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=30),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=9), inner),
    max_leaves=8,
)


@given(st.dictionaries(st.sampled_from(sorted(json.loads(FIXTURE.read_text()))), _JSON))
def test_whatever_a_record_holds_it_is_read_or_refused(
    tmp_path_factory: pytest.TempPathFactory, changes: dict[str, object]
) -> None:
    try:
        record = fixture(**changes)
    except BadRecordError:
        return
    said(tmp_path_factory.mktemp("gather"), record)
