"""SavedModels: what any one file that is gone leaves."""

from pathlib import Path

import pytest

from tests.blueprints.formats.test_tensor_bundle import ENTRIES, table
from tests.governance.recognise.trees import recognise_files

FILES = {
    "m/saved_model.pb": b"1",
    "m/fingerprint.pb": b"1",
    "m/variables/variables.index": table(ENTRIES),
    "m/variables/variables.data-00000-of-00002": bytes(8),
    "m/variables/variables.data-00001-of-00002": bytes(600),
    "m/assets/vocab.txt": b"1",
}


def test_the_folder_is_one_model(tmp_path: Path) -> None:
    found = recognise_files(FILES, tmp_path)
    assert [(a["root"], a["kind"], a["parts"], a["complete"]) for a in found.artifacts] == [
        ("m/", "model", ["tf-savedmodel"], True)
    ]
    assert found.at("m/")["bytes_weights"] == 308


@pytest.mark.parametrize("key", [key for key in FILES if "variables" in key or "saved" in key])
def test_any_file_that_is_gone_is_named(tmp_path: Path, key: str) -> None:
    files = {name: data for name, data in FILES.items() if name != key}
    one = recognise_files(files, tmp_path).at("m/")
    assert (one["complete"], one["missing"]) == (False, [key])


def test_a_model_without_variables_needs_none(tmp_path: Path) -> None:
    assert recognise_files({"m/saved_model.pb": b"1"}, tmp_path).at("m/")["complete"] is True
