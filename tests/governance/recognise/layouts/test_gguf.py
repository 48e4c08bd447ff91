"""GGUF: single files, sets, cut and foreign files."""

from pathlib import Path

from blueprints.formats.gguf import FIRST_READ
from tests.blueprints.formats.test_gguf import F32, header, pair, tensor, text
from tests.governance.recognise.trees import recognise_files


def file(elements: int = 8, fill: int = 0) -> bytes:
    pairs = [pair(b"pad", 8, text(bytes(fill)))]
    start = header(pairs, [tensor(b"a", [elements], F32, 0)])
    return start.ljust(-(-len(start) // 32) * 32, b"\0") + bytes(4 * elements)


def test_each_file_alone_is_a_model_of_weights(tmp_path: Path) -> None:
    found = recognise_files({"m/a-Q4.gguf": file(), "m/b.gguf": file(), "m/x.md": b"?"}, tmp_path)
    assert [one["root"] for one in found.artifacts] == ["m/", "m/a-Q4.gguf", "m/b.gguf"]
    one = found.at("m/a-Q4.gguf")
    assert (one["kind"], one["layout"], one["complete"]) == ("model", "gguf", True)
    assert one["bytes_weights"] == one["bytes"]


def test_a_file_that_was_cut_is_not_complete(tmp_path: Path) -> None:
    files = {"a.gguf": file()[:-1], "b.gguf": file()[:40], "c.gguf": b"", "d.gguf": b"GGML1234"}
    found = recognise_files(files, tmp_path)
    for name in ("a.gguf", "b.gguf", "c.gguf"):
        assert (found.at(name)["complete"], found.at(name)["missing"]) == (False, [name])
    assert found.at("d.gguf")["complete"] is None
    assert "no GGUF magic" in found.at("d.gguf")["why"]


def test_a_long_header_is_read_a_second_time(tmp_path: Path) -> None:
    long = file(fill=FIRST_READ)
    found = recognise_files({"a.gguf": long, "b.gguf": long[:-1]}, tmp_path)
    assert found.at("a.gguf")["complete"] is True
    assert found.at("b.gguf")["complete"] is False


def test_a_set_is_one_model_and_names_what_it_lacks(tmp_path: Path) -> None:
    whole = {f"m/q-0000{n}-of-00003.gguf": file() for n in (1, 2, 3)}
    found = recognise_files(whole, tmp_path / "whole")
    assert (found.at("m/q-")["complete"], found.at("m/q-")["rows"]) == (True, 3)
    del whole["m/q-00002-of-00003.gguf"]
    found = recognise_files(whole, tmp_path / "less")
    assert found.at("m/q-")["missing"] == ["m/q-00002-of-00003.gguf"]


def test_the_last_file_of_a_set_must_be_long_enough(tmp_path: Path) -> None:
    files = {"q-00001-of-00002.gguf": file(), "q-00002-of-00002.gguf": file()[:-2]}
    found = recognise_files(files, tmp_path)
    assert found.at("q-")["missing"] == ["q-00002-of-00002.gguf"]


def test_two_sets_of_one_stem_are_two_models(tmp_path: Path) -> None:
    files = {"q-00001-of-00001.gguf": file(), "q-00001-of-00002.gguf": file()}
    found = recognise_files(files, tmp_path)
    assert [one["root"] for one in found.artifacts] == ["q-", "q-of-00002"]
