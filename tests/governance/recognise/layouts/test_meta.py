"""Meta's form of Llama models: ranks, the list of checksums."""

import io
import zipfile
from pathlib import Path

from tests.governance.recognise.trees import recognise_files

LIST = f"{'a' * 32}  consolidated.00.pth\n{'b' * 32}  consolidated.01.pth\n{'c' * 32}  params.json"


def archive() -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as file:
        file.writestr("consolidated/data.pkl", bytes(99))
    return stream.getvalue()


def test_the_list_of_checksums_names_the_ranks(tmp_path: Path) -> None:
    files = {"m/consolidated.00.pth": b"1", "m/params.json": b"{}"}
    files |= {"m/checklist.chk": LIST.encode()}
    one = recognise_files(files, tmp_path / "less").at("m/")
    assert (one["kind"], one["missing"]) == ("model", ["m/consolidated.01.pth"])
    files["m/consolidated.01.pth"] = b"2"
    one = recognise_files(files, tmp_path / "whole").at("m/")
    assert (one["complete"], one["bytes_weights"]) == (True, 2)


def test_without_a_list_nobody_knows_how_many_ranks_there_were(tmp_path: Path) -> None:
    files = {"m/consolidated.00.pth": archive(), "m/params.json": b"{}"}
    one = recognise_files(files, tmp_path / "whole").at("m/")
    assert (one["complete"], one["why"]) == (None, "nothing says how many ranks there should be")
    files["m/consolidated.00.pth"] = archive()[:-5]
    assert recognise_files(files, tmp_path / "cut").at("m/")["complete"] is False


def test_a_hole_an_empty_file_and_no_parameters_are_named(tmp_path: Path) -> None:
    files = {"m/consolidated.01.pth": b"", "m/consolidated.02.pth": b"1"}
    assert recognise_files(files, tmp_path).at("m/")["missing"] == [
        "m/consolidated.00.pth",
        "m/consolidated.01.pth",
        "m/params.json",
    ]


def test_a_list_of_something_else_makes_it_unknown(tmp_path: Path) -> None:
    files = {"m/consolidated.00.pth": b"1", "m/params.json": b"{}", "m/checklist.chk": b"\xff"}
    assert recognise_files(files, tmp_path).at("m/")["complete"] is None


def test_the_original_beside_a_hub_model_is_a_model_of_its_own(tmp_path: Path) -> None:
    files = {"m/original/consolidated.00.pth": archive(), "m/original/params.json": b"{}"}
    files |= {"m/config.json": b"{}", "m/pytorch_model.bin": archive()}
    found = recognise_files(files, tmp_path)
    assert {a["root"]: a["layout"] for a in found.artifacts} == {
        "m/": "hf-model",
        "m/original/": "meta",
    }
