"""Keras 3: whole models, weights alone, sharded weights."""

import os
from pathlib import Path

os.environ.setdefault("KERAS_BACKEND", "torch")
import keras

from tests.real.case import Case

LIBRARIES = ("keras",)


def write(folder: Path) -> None:
    """Files side by side, and shards with their index."""
    _files(folder)
    _sharded(folder)


def _model() -> keras.Model:
    keras.utils.set_random_seed(0)
    layers = [keras.layers.Dense(16), keras.layers.Dense(16)]
    model = keras.Sequential([keras.Input((16,)), *layers])
    model.compile("adam", "mse")
    return model


def _files(folder: Path) -> None:
    case = Case(folder, "keras", "Model.save, Model.save_weights; an upload cut short", LIBRARIES)
    model = _model()
    (case.tree / "k").mkdir()
    model.save(case.tree / "k/model.keras")
    model.save_weights(case.tree / "k/model.weights.h5")
    case.note = "one HDF5 file holds weights and optimizer state; nothing small divides them"
    for name in ("model.keras", "model.weights.h5"):
        case.artifact(f"k/{name}", "model", "keras")
    whole = (case.tree / "k/model.keras").read_bytes()
    case.put("upload/model.keras", whole[: len(whole) // 2])
    case.artifact("upload/model.keras", "model", "keras", complete=False, missing=[""])
    case.close()


def _sharded(folder: Path) -> None:
    """`<stem>.weights.json` names the shards `<stem>_<n>.weights.h5`."""
    case = Case(folder, "keras-sharded", "Model.save_weights(max_shard_size=1e-6)", LIBRARIES)
    (case.tree / "k").mkdir()
    _model().save_weights(case.tree / "k/big.weights.json", max_shard_size=1e-6)
    case.artifact("k/big", "model", "keras", named=["_?????.weights.h5", ".weights.json"])
    case.close()
