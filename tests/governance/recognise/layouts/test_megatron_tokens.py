"""Megatron's token files: pairs, halves, wrong lengths, pairs of other programs."""

from pathlib import Path

from tests.blueprints.formats.test_megatron_index import index
from tests.governance.recognise.trees import recognise_files

STEM = "t/corpus_text_document"
PAIR = {f"{STEM}.idx": index([3, 5]), f"{STEM}.bin": bytes(16)}


def test_a_pair_is_a_data_set_whose_root_is_its_name(tmp_path: Path) -> None:
    files = PAIR | {"t/other.idx": index([1]), "t/other.bin": b"12", "t/vocab.json": b"{}"}
    found = recognise_files(files, tmp_path)
    assert {a["root"]: (a["kind"], a["complete"]) for a in found.artifacts} == {
        STEM: ("dataset", True),
        "t/other": ("dataset", True),
        "t/": ("unknown", None),
    }


def test_half_a_pair_names_the_other_half(tmp_path: Path) -> None:
    for number, key in enumerate(PAIR):
        rest = {name: data for name, data in PAIR.items() if name != key}
        one = recognise_files(rest, tmp_path / str(number)).at(STEM)
        assert (one["complete"], one["missing"]) == (False, [key])


def test_a_file_of_the_wrong_length_is_named(tmp_path: Path) -> None:
    for number, key in enumerate(PAIR):
        files = PAIR | {key: PAIR[key][:-1]}
        one = recognise_files(files, tmp_path / str(number)).at(STEM)
        assert (one["complete"], one["missing"]) == (False, [key])


def test_pairs_of_other_programs_are_never_called_complete(tmp_path: Path) -> None:
    one = recognise_files({"t/x.idx": b"TNTIDX\0\0", "t/x.bin": b"1"}, tmp_path).at("t/x")
    assert one["complete"] is None
    assert "magic" in one["why"]


def test_lone_files_of_other_programs_are_unknown(tmp_path: Path) -> None:
    keys = ["t/pack-1234.idx", "t/00001.bin", "t/train.idx", "t/velodyne.bin"]
    found = recognise_files({key: b"1" for key in keys}, tmp_path)
    assert {a["kind"] for a in found.artifacts} == {"unknown"}
