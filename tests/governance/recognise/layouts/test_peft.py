"""PEFT adapters: half of one, hostile configs, adapters beside other things."""

from pathlib import Path

import pytest

from tests.governance.recognise.trees import recognise_files, recognise_rows, row


@pytest.mark.parametrize(
    ("there", "absent"),
    [
        ("adapter_config.json", "adapter_model.safetensors"),
        ("adapter_model.bin", "adapter_config.json"),
    ],
)
def test_either_file_without_the_other_is_half_an_adapter(
    there: str, absent: str, tmp_path: Path
) -> None:
    found = recognise_rows([row(f"a/{there}", 5)], tmp_path).at("a/")
    assert (found["kind"], found["complete"]) == ("adapter", False)
    assert found["missing"] == [f"a/{absent}"]


@pytest.mark.parametrize("config", [b"[]", b"not json", b'{"base_model_name_or_path": 7}', b"{}"])
def test_a_config_that_says_nothing_names_no_base(config: bytes, tmp_path: Path) -> None:
    files = {"a/adapter_config.json": config, "a/adapter_model.bin": b"1"}
    assert recognise_files(files, tmp_path).at("a/")["base_model"] is None


def test_the_base_is_named_by_the_config_even_if_it_is_hostile(tmp_path: Path) -> None:
    config = b'{"base_model_name_or_path": "<script>\\u202e../x"}'
    files = {"a/adapter_config.json": config, "a/adapter_model.safetensors": b"1"}
    assert recognise_files(files, tmp_path).at("a/")["base_model"] == "<script>\u202e../x"
