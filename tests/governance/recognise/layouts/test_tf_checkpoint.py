"""TensorFlow checkpoints: stems, shards, the tracker, the split of bytes."""

from pathlib import Path

import pytest

from governance.artifact import Role
from governance.recognise.layouts.tf_checkpoint import role_of
from tests.blueprints.formats.test_tensor_bundle import ENTRIES, entry, header, table
from tests.governance.recognise.trees import recognise_files

STEM = "run/ckpt-100"
SAVE = {
    f"{STEM}.index": table(ENTRIES),
    f"{STEM}.data-00000-of-00002": bytes(8),
    f"{STEM}.data-00001-of-00002": bytes(600),
}


def test_each_stem_is_a_checkpoint_and_the_tracker_is_the_runs(tmp_path: Path) -> None:
    other = {key.replace("ckpt-100", "ckpt-200"): data for key, data in SAVE.items()}
    found = recognise_files(SAVE | other | {"run/checkpoint": b"ckpt-200"}, tmp_path)
    assert {(a["root"], a["slot"]): (a["kind"], a["step"]) for a in found.artifacts} == {
        ("run/", "run"): ("run", None),
        ("run/ckpt-100", ""): ("checkpoint", 100),
        ("run/ckpt-200", ""): ("checkpoint", 200),
    }
    one = found.at(STEM)
    assert (one["complete"], one["bytes_weights"], one["bytes_optimizer"]) == (True, 308, 300)
    assert one["run"] == "run/"


@pytest.mark.parametrize("key", SAVE)
def test_any_file_that_is_gone_or_short_is_named(tmp_path: Path, key: str) -> None:
    gone = {name: data for name, data in SAVE.items() if name != key}
    for number, files in enumerate((gone, SAVE | {key: b""}, SAVE | {key: SAVE[key][:-1]})):
        one = recognise_files(files, tmp_path / str(number)).at(STEM)
        if number == 2 and key.endswith(".index"):
            assert one["complete"] is None
        else:
            assert (one["complete"], one["missing"]) == (False, [key])


def test_an_index_alone_names_its_shards(tmp_path: Path) -> None:
    index = table({b"": header(1), b"a": entry(0, 0, 4)})
    found = recognise_files({"r/model.ckpt-5.index": index, "r/search.index": b"1"}, tmp_path)
    assert found.at("r/model.ckpt-5")["missing"] == ["r/model.ckpt-5.data-00000-of-00001"]
    assert found.at("r/", "rest")["rows"] == 1


def test_a_split_that_cannot_be_is_none(tmp_path: Path) -> None:
    index = table({b"": header(1), b"a": entry(0, 0, 9), b"b": entry(0, 0, 9)})
    files = {"r/ckpt-1.index": index, "r/ckpt-1.data-00000-of-00001": bytes(9)}
    assert recognise_files(files, tmp_path).at("r/ckpt-1")["mixed_weights"] is None


@pytest.mark.parametrize(
    ("key", "role"),
    [
        ("dense/kernel", Role.WEIGHTS),
        ("dense/kernel/Adam_1", Role.OPTIMIZER),
        ("global_step", Role.OTHER),
        ("beta1_power", Role.OTHER),
        ("model/layer-0/kernel/.ATTRIBUTES/VARIABLE_VALUE", Role.WEIGHTS),
        (
            "model/layer-0/kernel/.OPTIMIZER_SLOT/optimizer/m/.ATTRIBUTES/VARIABLE_VALUE",
            Role.OPTIMIZER,
        ),
        ("optimizer/_variables/3/.ATTRIBUTES/VARIABLE_VALUE", Role.OPTIMIZER),
        ("optimizer/_trainable_variables/3/.ATTRIBUTES/VARIABLE_VALUE", Role.WEIGHTS),
        ("save_counter/.ATTRIBUTES/VARIABLE_VALUE", Role.OTHER),
        ("_CHECKPOINTABLE_OBJECT_GRAPH", Role.OTHER),
    ],
)
def test_names_of_tensorflow_1_and_2_and_keras_say_what_a_tensor_is(key: str, role: Role) -> None:
    assert role_of(key) is role
