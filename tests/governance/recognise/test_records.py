"""A record belongs to what it describes, and changes nothing else."""

import json
import random
from pathlib import Path

import pytest

from governance.recognise.records import described, is_record, unseen_shape
from tests.governance.recognise.test_fixtures import CASES, FIELDS, FOLDER
from tests.governance.recognise.trees import (
    Recognised,
    recognise_files,
    recognise_folder,
    recognise_rows,
    row,
    rows_of,
)

# Nobody writes a record beside a blob of a content store.
UNSEEN = {"run", "unknown", "debris", "blob"}


def owners(found: Recognised) -> dict[str, tuple[str, str]]:
    return {
        one["key"]: (
            found.artifacts[one["artifact"]]["root"],
            found.artifacts[one["artifact"]]["slot"],
        )
        for one in found.objects
    }


@pytest.mark.parametrize("case", CASES)
def test_in_every_layout_a_record_is_of_the_artifact_it_describes(
    case: str, tmp_path: Path
) -> None:
    tree = FOLDER / case / "tree"
    before = recognise_folder(tree, tmp_path / "before")
    expected = {}
    for one in before.artifacts:
        if one["kind"] not in UNSEEN and not one["slot"] and "*" not in one["root"]:
            root = one["root"]
            key = root + (
                "tutela.record.json" if root.endswith("/") or not root else ".tutela.json"
            )
            expected[key] = (root, "")
    rows = rows_of(tree) + [row(key, 7) for key in expected]
    random.Random(1).shuffle(rows)

    after = recognise_rows(rows, tmp_path / "after", tree)

    owned = owners(after)
    assert {key: owned[key] for key in expected} == expected
    fields = [name for name in FIELDS if not name.startswith("bytes")]
    assert [[one[name] for name in fields] for one in after.artifacts] == [
        [one[name] for name in fields] for one in before.artifacts
    ]


def test_the_record_of_one_file_is_not_of_its_neighbour(tmp_path: Path) -> None:
    files = {f"m/{name}": b"GGUF" for name in ("a.gguf", "b.gguf")}
    found = recognise_files({**files, "m/a.gguf.tutela.json": b"{}"}, tmp_path)
    assert owners(found)["m/a.gguf.tutela.json"] == ("m/a.gguf", "")


def test_the_record_of_a_folder_with_one_file_is_of_that_file(tmp_path: Path) -> None:
    found = recognise_files({"m/a.gguf": b"GGUF", "m/tutela.record.json": b"{}"}, tmp_path)
    assert owners(found)["m/tutela.record.json"] == ("m/a.gguf", "")


def test_the_record_of_a_run_is_of_the_run(tmp_path: Path) -> None:
    files = {f"r/checkpoint-{step}/trainer_state.json": b"{}" for step in (1, 2)}
    found = recognise_files({**files, "r/tutela.record.json": b"{}"}, tmp_path)
    assert owners(found)["r/tutela.record.json"] == ("r/", "run")


def test_the_record_of_a_file_that_nothing_recognises_stays_with_it(tmp_path: Path) -> None:
    files = {"d/corpus.jsonl": b"{}", "d/corpus.jsonl.tutela.json": b"{}", "top.txt": b"x"}
    found = recognise_files(
        {**files, "tutela.record.json": b"{}", "gone.tutela.json": b""}, tmp_path
    )
    owned = owners(found)
    assert owned["d/corpus.jsonl.tutela.json"] == owned["d/corpus.jsonl"]
    assert owned["gone.tutela.json"] == owned["top.txt"] == owned["tutela.record.json"]


def test_a_deleted_record_of_which_versions_are_left_harms_nothing(tmp_path: Path) -> None:
    rows = [
        row("m/a.gguf", 4),
        row("m/tutela.record.json", 9, is_latest=False, version_id="1"),
        row("m/tutela.record.json", 0, entry="delete_marker", version_id="2"),
    ]
    found = recognise_rows(rows, tmp_path)
    assert {one["live"] for one in found.artifacts} == {True, False}


def test_names_of_records_are_told_by_their_ends() -> None:
    assert is_record("tutela.record.json")
    assert is_record("model-#.gguf.tutela.json")
    assert not is_record(".tutela.json")
    assert not is_record("record.json")
    assert described("x.gguf.tutela.json") == "x.gguf"
    assert described("tutela.record.json") is None
    assert json.loads(json.dumps(unseen_shape("corpus.jsonl"))) == "*.jsonl"
    assert unseen_shape("README") == "*"
