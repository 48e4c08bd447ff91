from contextlib import closing
from pathlib import Path

import pytest

from governance.evidence.store.listing import Listing
from tests.governance.recognise.trees import recognise_files


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    files = {
        "a/checkpoint-1/trainer_state.json": b"{}",
        "a/checkpoint-1/model.safetensors": b"x",
        "a/checkpoint-10/trainer_state.json": b"{}",
        "a/latest": b"checkpoint-1",
        "it's [odd]*?/m.gguf": b"x",
        "plain/deep/x.txt": b"x",
    }
    recognise_files(files, tmp_path)
    return tmp_path / "out"


def test_files_are_given_with_the_artifact_that_owns_them(folder: Path, tmp_path: Path) -> None:
    with closing(Listing(folder, tmp_path / "spill")) as listing:
        assert listing.take_files("name IN ('trainer_state.json', 'latest')") == 3
        [[latest]] = list(listing.files("WHERE name = 'latest'"))
        assert (latest.key, latest.folder, latest.kind, latest.root) == (
            "a/latest",
            "a/",
            "run",
            "a/",
        )
        assert latest.size == 12
        assert latest.modified is not None
        [states] = list(listing.files("WHERE name = 'trainer_state.json'"))
        assert [one.root for one in states] == ["a/checkpoint-1/", "a/checkpoint-10/"]


def test_a_folder_and_a_file_are_found_by_their_whole_name(folder: Path, tmp_path: Path) -> None:
    with closing(Listing(folder, tmp_path / "spill")) as listing:
        there = listing.there(["a/checkpoint-1", "a/check", "it's [odd]*?/m.gguf", "a/latest", ""])
        assert {path: save.root for path, save in there.items()} == {
            "a/checkpoint-1": "a/checkpoint-1/",
            "it's [odd]*?/m.gguf": "it's [odd]*?/m.gguf",
        }
        assert there["a/checkpoint-1"].step == 1
        assert listing.there([]) == {}


def test_what_holds_no_artifact_may_still_hold_objects(folder: Path, tmp_path: Path) -> None:
    with closing(Listing(folder, tmp_path / "spill")) as listing:
        asked = ["a/latest", "plain", "plain/deep", "plain/de", "a/checkpoint-1", "none"]
        assert listing.holds(asked) == {"a/latest", "plain", "plain/deep", "a/checkpoint-1"}
        assert listing.holds([]) == set()


def test_a_question_may_be_asked_while_rows_are_given(folder: Path, tmp_path: Path) -> None:
    with closing(Listing(folder, tmp_path / "spill")) as listing:
        roots = [
            root
            for saves in listing.saves("WHERE kind = 'checkpoint' ORDER BY root")
            for save in saves
            for root in listing.there([save.root.rstrip("/")])
        ]
        assert roots == ["a/checkpoint-1", "a/checkpoint-10"]
