import json
from pathlib import Path

import pytest

from governance.evidence.store.derived import LIMIT
from tests.governance.evidence.store.trees import Said, read_files

WEIGHTS = {"m/model.safetensors": b"x"}


def model(tmp_path: Path, **config: object) -> Said:
    return read_files({**WEIGHTS, "m/config.json": json.dumps(config).encode()}, tmp_path)


def test_a_model_was_made_from_what_its_config_names(tmp_path: Path) -> None:
    said = model(tmp_path, _name_or_path="org/base")
    # It works without that, so it is no reason to keep by itself.
    assert said.edges("needs", None) == {("m", "hub:org/base")}


@pytest.mark.parametrize("name", ["", None, 5, "m", "s3://bucket/m/", "s3://bucket/", "./", ["x"]])
def test_a_config_that_names_nothing_or_itself_says_nothing(name: object, tmp_path: Path) -> None:
    said = model(tmp_path, _name_or_path=name)
    assert said.edges("needs") == set()
    assert said.reading.complete


def test_of_a_run_only_the_newest_save_is_asked(tmp_path: Path) -> None:
    config = json.dumps({"_name_or_path": "org/base"}).encode()
    files = dict[str, bytes]()
    for step in (1, 2, 3):
        folder = f"r/checkpoint-{step}/"
        files |= {f"{folder}trainer_state.json": b"{}", f"{folder}config.json": config}
    said = read_files(files, tmp_path)
    assert said.edges("needs") == {("r", "hub:org/base")}
    assert said.reading.requests == 2


def test_a_merge_names_every_model_that_went_into_it(tmp_path: Path) -> None:
    recipe = b"""
merge_method: ties
base_model: org/base
models:
  - model: org/one+org/lora
  - model: {model: {path: org/two}}
  - model: ./three
"""
    said = read_files({**WEIGHTS, "m/mergekit_config.yml": recipe}, tmp_path)
    assert {"hub:org/base", "hub:org/one", "hub:org/lora", "hub:three"} <= {
        target for _, target in said.edges("needs", None)
    }


@pytest.mark.parametrize(
    "text", [b"{", b"\xff", b"[" * 100_000, b" " * (LIMIT + 1), b'{"_name_or_path": "\\ud800/x"}']
)
@pytest.mark.parametrize("name", ["config.json", "mergekit_config.yml"])
def test_hostile_configs_say_nothing(name: str, text: bytes, tmp_path: Path) -> None:
    said = read_files({**WEIGHTS, f"m/{name}": text}, tmp_path)
    assert said.edges("needs") == set()
    assert said.reading.complete


def test_a_config_that_cannot_be_read_is_a_problem_of_the_source(tmp_path: Path) -> None:
    files = {**WEIGHTS, "m/config.json": b"{}"}
    assert [within for _, within in read_files(files, tmp_path, listing=True).problems] == [""]
