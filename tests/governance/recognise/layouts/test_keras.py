"""Keras: archives and HDF5 files, whole and cut; HDF5 files of other programs."""

import io
import zipfile
from pathlib import Path

from tests.blueprints.formats.test_hdf5 import old
from tests.governance.recognise.trees import recognise_files


def archive() -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as file:
        file.writestr("config.json", "{}")
        file.writestr("model.weights.h5", bytes(99))
    return stream.getvalue()


def test_an_archive_is_a_model_and_whole_to_its_last_byte(tmp_path: Path) -> None:
    whole = archive()
    files = {"m/a.keras": whole, "m/b.keras": whole[:-1], "m/c.keras": b""}
    found = recognise_files(files, tmp_path)
    assert {a["root"]: (a["kind"], a["complete"]) for a in found.artifacts} == {
        "m/a.keras": ("model", True),
        "m/b.keras": ("model", False),
        "m/c.keras": ("model", False),
    }


def test_an_hdf5_model_must_be_as_long_as_it_says(tmp_path: Path) -> None:
    files = {"m/x.weights.h5": old(64), "m/model-05.hdf5": old(99), "m/best_model.h5": b"no"}
    files["m/weights.01-val_loss0.23.hdf5"] = old(64)
    found = recognise_files(files, tmp_path)
    assert {a["root"]: a["complete"] for a in found.artifacts} == {
        "m/x.weights.h5": True,
        "m/model-05.hdf5": False,
        "m/best_model.h5": None,
        "m/weights.01-val_loss0.23.hdf5": True,
    }


def test_hdf5_files_of_data_are_unknown(tmp_path: Path) -> None:
    names = ("scan_001.h5", "model_outputs.h5", "models.h5x", "weights_of_patients.hdf5")
    found = recognise_files({f"d/{name}": old(64) for name in names}, tmp_path)
    assert {a["kind"] for a in found.artifacts} == {"unknown"}


def test_an_index_of_shards_alone_names_them(tmp_path: Path) -> None:
    index = b'{"weight_map": {"/a": ["big_00000.weights.h5"]}}'
    one = recognise_files({"k/big.weights.json": index, "k/other.json": b"{}"}, tmp_path)
    assert one.at("k/big")["missing"] == ["k/big_00000.weights.h5"]
    assert one.at("k/", "rest")["rows"] == 1


def test_numbered_epochs_are_models_of_their_own(tmp_path: Path) -> None:
    files = {f"k/at_0000{n}.weights.h5": old(64) for n in (1, 2)}
    assert len(recognise_files(files, tmp_path).artifacts) == 2
