import json
from pathlib import Path

import pytest

from tests.governance.evidence.store.trees import read_case, read_files

BASE = {"models/base/model.safetensors": b"x", "models/base/config.json": b"{}"}


def adapter(base: object, folder: str = "adapters/a/") -> dict[str, bytes]:
    config = json.dumps({"base_model_name_or_path": base}).encode()
    return {f"{folder}adapter_config.json": config, f"{folder}adapter_model.safetensors": b"x"}


@pytest.mark.parametrize("case", ["peft-lora", "trainer-peft", "peft-two-adapters"])
def test_an_adapter_that_peft_wrote_needs_its_base(case: str, tmp_path: Path) -> None:
    said = read_case(case, tmp_path)
    needs = said.edges("needs", "base.model")
    assert needs
    assert all(target.startswith("hub:") for _, target in needs)
    assert said.reading.complete


@pytest.mark.parametrize("base", ["s3://bucket/models/base/", "../../models/base", "models/base"])
def test_the_base_may_lie_in_the_same_store(base: str, tmp_path: Path) -> None:
    said = read_files({**BASE, **adapter(base)}, tmp_path)
    assert ("adapters/a", "models/base") in said.edges("needs", "base.model")


def test_each_checkpoint_of_an_adapter_needs_the_base(tmp_path: Path) -> None:
    files = adapter("o/m", "r/checkpoint-1/") | {"r/checkpoint-1/trainer_state.json": b"{}"}
    said = read_files(files, tmp_path)
    assert ("r/checkpoint-1", "hub:o/m") in said.edges("needs", "base.model")


def test_a_base_that_nobody_can_find_is_remarked_on(tmp_path: Path) -> None:
    said = read_files(adapter("../checkpoint-5"), tmp_path)
    assert said.edges("needs") == set()
    assert said.reading.remarks == ("adapter adapters/a/ names a base model that nobody can find",)


@pytest.mark.parametrize(
    "config", [b"", b"{", b"[]", b"{}" + b" " * 10, b'{"base_model_name_or_path": 5}']
)
def test_a_config_that_says_no_base_keeps_the_adapter(config: bytes, tmp_path: Path) -> None:
    files = {**adapter("x"), "adapters/a/adapter_config.json": config}
    problems = read_files(files, tmp_path).problems
    if config.startswith(b"{}"):
        assert problems == []  # a module of the user's own has no base
    else:
        assert problems == [
            ("adapters/a/adapter_config.json: does not say which model it adapts", "adapters/a/")
        ]


def test_what_cannot_be_read_may_need_anything(tmp_path: Path) -> None:
    [(words, within)] = read_files(adapter("o/m"), tmp_path, listing=True).problems
    assert words.startswith("adapters/a/adapter_config.json: cannot be read")
    assert within is None
