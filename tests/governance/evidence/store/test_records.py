"""Records in a bucket: the honest ones need what they say, the others keep what they lie beside."""

import json
from contextlib import suppress
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from governance.evidence.record import BadRecordError, read_record
from tests.governance.evidence.store.trees import Said, read_files
from tests.governance.recognise.trees import Recognised

GGUF = b"GGUF" + bytes(20)


def record(**more: object) -> bytes:
    plain = {
        "schema": "tutela/record/v1",
        "id": "0" * 32,
        "at": "2026-11-20T10:00:00Z",
        "run": {"name": "sft", "id": "r1"},
        "inputs": [{"uri": "s3://bucket/data/", "digest": "md5:" + "a" * 32, "name": "corpus"}],
        "parent": "s3://bucket/old/checkpoint-1/",
    }
    return json.dumps({**plain, **more}).encode()


def model(text: bytes, tmp_path: Path) -> Said:
    return read_files({"m/x.gguf": GGUF, "m/x.gguf.tutela.json": text, "m/y.gguf": GGUF}, tmp_path)


def test_a_record_beside_a_file_is_of_that_file(tmp_path: Path) -> None:
    said = model(record(), tmp_path)
    assert said.reading.complete
    assert ("record:" + "0" * 32, "m/x.gguf") in said.edges("names", "track.record")
    assert ("run:r1", "data") in said.edges("needs")
    assert ("m/x.gguf", "old/checkpoint-1") in said.edges("needs")
    found = Recognised(tmp_path / "snapshot")
    owners = {row["key"]: found.artifacts[row["artifact"]]["root"] for row in found.objects}
    assert owners["m/x.gguf.tutela.json"] == "m/x.gguf"


def test_a_record_in_a_folder_is_of_that_folder(tmp_path: Path) -> None:
    files = {"r/checkpoint-1/trainer_state.json": b"{}"}
    said = read_files({**files, "r/checkpoint-1/tutela.record.json": record()}, tmp_path)
    assert ("record:" + "0" * 32, "r/checkpoint-1") in said.edges("names", "track.record")


NAN = b'{"schema": "tutela/record/v1", "step": NaN}'
BAD = {
    "no JSON": b"{",
    "no object": b"[]",
    "empty": b"",
    "another schema": record(schema="tutela/record/v9"),
    "no schema": b"{}",
    "ten megabytes": record(x="x" * 10_000_000),
    "deep": b'{"a":' * 30_000,
    "not a number": NAN,
    "infinite step": record(step=1e400).replace(b"Infinity", b"1e400"),
    "a large step": record(step=2**70),
    "no digest": record(id="../../etc/passwd"),
    "wrong types": record(inputs="all"),
    "too many inputs": record(inputs=[{"uri": "s3://b/k"}] * 1_200),
    "of the future": record(at="2999-01-01T00:00:00Z"),
    "of no time": record(at="9" * 400),
    "leading out": record(artifact="s3://bucket/m/../../etc"),
    "leading out by an input": record(inputs=[{"uri": "../../etc/passwd"}]),
}


@pytest.mark.parametrize("text", BAD.values(), ids=BAD)
def test_a_bad_record_is_one_line_and_keeps_its_artifact(text: bytes, tmp_path: Path) -> None:
    said = model(text, tmp_path)
    [(words, within)] = said.problems
    assert words.startswith("record m/x.gguf.tutela.json: ")
    assert len(words) < 200
    assert within == "m/x.gguf"
    assert not any(".." in row["target"] for row in said.claims)


def test_a_record_that_cannot_be_had_may_need_anything(tmp_path: Path) -> None:
    files = {"m/x.gguf": GGUF, "m/x.gguf.tutela.json": record()}
    problems = read_files(files, tmp_path, listing=True).problems
    [(words, within)] = [one for one in problems if one[0].startswith("record ")]
    assert "a listing file has no contents to read" in words
    assert within is None


def test_a_clock_that_is_a_little_ahead_is_no_lie(tmp_path: Path) -> None:
    assert model(record(at="2026-11-22T20:00:00Z"), tmp_path).reading.complete


@given(
    st.recursive(
        st.none() | st.booleans() | st.floats() | st.integers() | st.text(max_size=5),
        lambda inner: (
            st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3)
        ),
        max_leaves=8,
    ),
    st.sampled_from(["run", "inputs", "at", "step", "code", "job", "artifact", "base", "id"]),
)
def test_any_value_anywhere_is_read_or_refused(value: object, where: str) -> None:
    with suppress(BadRecordError):
        read_record(record(**{where: value}))
