import struct
from pathlib import Path

import pytest

from governance.evidence.store.quantized import sources_of
from tests.governance.evidence.store.trees import read_case, read_files


def gguf(**texts: str) -> bytes:
    pairs = b""
    for key, value in texts.items():
        name = key.replace("__", ".").encode()
        pairs += struct.pack("<Q", len(name)) + name + struct.pack("<IQ", 8, len(value.encode()))
        pairs += value.encode()
    return b"GGUF" + struct.pack("<IQQ", 3, 0, len(texts)) + pairs


def test_a_file_says_what_it_was_quantized_from(tmp_path: Path) -> None:
    data = gguf(
        general__license="apache-2.0",
        general__name="Small",
        general__base_model__0__repo_url="https://huggingface.co/org/base",
        general__base_model__0__name="Other Name",
        general__base_model__1__name="Llama 3",
        general__base_model__1__organization="Meta Llama",
        general__source__huggingface__repository="org/source",
    )
    said = read_files({"q/m.gguf": data}, tmp_path)
    assert said.edges("needs", None) == {
        ("q/m.gguf", "hub:org/base"),
        ("q/m.gguf", "hub:Meta-Llama/Llama-3"),
        ("q/m.gguf", "hub:org/source"),
    }
    assert said.noted("licence") == {("q/m.gguf", "apache-2.0")}
    assert said.noted("label") == {("q/m.gguf", "Small")}


def test_of_a_set_of_files_the_first_is_read(tmp_path: Path) -> None:
    data = gguf(general__source__url="https://huggingface.co/org/source")
    files = {f"q/m-0000{number}-of-00002.gguf": data for number in (1, 2)}
    said = read_files(files, tmp_path)
    assert said.edges("needs", None) == {("q/m-", "hub:org/source")}
    assert said.reading.requests == 1


def test_files_of_the_real_library_are_read(tmp_path: Path) -> None:
    assert read_case("gguf", tmp_path).reading.complete


@pytest.mark.parametrize("data", [b"", b"GGUF", b"nope" * 9, gguf(general__name="x")[:-1]])
def test_what_is_cut_or_no_such_file_says_what_it_can(data: bytes, tmp_path: Path) -> None:
    said = read_files({"q/m.gguf": data}, tmp_path)
    assert said.claims == []
    assert said.reading.complete


def test_names_without_sense_are_passed_over() -> None:
    assert (
        list(sources_of({"general.base_model.0.name": "../..", "general.source.url": ".."})) == []
    )
