from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from governance.evidence.store.cards import LIMIT, card_of
from tests.governance.evidence.store.trees import Said, read_case, read_files

CARD = """---
license: other
license_name: llama3.1
pretty_name: The one
base_model:
- org/base
datasets:
- org/corpus
- ../data
tags:
- base_model:quantized:org/teacher
- dataset:org/more
- text-generation
---
# Words
"""


def model(card: str, tmp_path: Path) -> Said:
    return read_files({"m/model.safetensors": b"x", "m/README.md": card.encode()}, tmp_path)


def test_a_models_card_names_bases_data_sets_and_a_licence(tmp_path: Path) -> None:
    said = model(CARD, tmp_path)
    assert said.edges("needs", None) == {
        ("m", f"hub:{name}")
        for name in ("org/base", "org/corpus", "org/teacher", "org/more", "data")
    }
    assert said.noted("licence") == {("m", "llama3.1")}
    assert said.noted("label") == {("m", "The one")}
    assert said.noted("type") == {("m", "model")}


def test_peft_names_the_base_of_an_adapter_in_its_card(tmp_path: Path) -> None:
    said = read_case("peft-lora", tmp_path)
    assert {row["at"] for row in said.claims if row["root"] == "base.model"} == {
        "adapters/clinic-lora/",
        "adapters/clinic-lora/README.md",
    }


def test_a_data_sets_card_names_its_sources(tmp_path: Path) -> None:
    card = b"---\nlicense: [mit, cc-by-4.0]\nsource_datasets: [original, extended|org/wiki]\n---\n"
    files = {"d/data/train-00000-of-00001.parquet": b"x", "d/README.md": card}
    said = read_files(files, tmp_path)
    assert said.edges("needs", None) == {("d", "hub:org/wiki")}
    assert said.noted("licence") == {("d", "mit"), ("d", "cc-by-4.0")}
    assert said.noted("type") == {("d", "dataset")}


def test_a_card_beside_gguf_files_is_of_all_of_them(tmp_path: Path) -> None:
    files = {f"q/{name}.gguf": b"GGUF" for name in ("a", "b")}
    said = read_files({**files, "q/README.md": b"---\nbase_model: org/base\n---\n"}, tmp_path)
    assert said.edges("needs", None) == {("q", "hub:org/base")}


def test_a_readme_of_anything_else_is_not_read(tmp_path: Path) -> None:
    said = read_files({"docs/README.md": CARD.encode(), "docs/x.txt": b""}, tmp_path)
    assert said.reading.requests == 0


@pytest.mark.parametrize(
    "card",
    [
        "---\na: 1",
        "---\n- a\n---\n",
        "---\na: &x 1\nb: *x\n---\n",
        "---\na: !!python/object:os.system x\n---\n",
        "---\n" + "[" * 1000 + "\n---\n",
        "---\nx: " + "y" * LIMIT + "\n---\n",
    ],
)
def test_front_matter_that_cannot_be_understood_is_remarked_on(card: str, tmp_path: Path) -> None:
    said = model(card, tmp_path)
    assert said.reading.complete
    assert said.reading.remarks == ("card m/README.md: its front matter cannot be understood",)
    assert said.claims == []


def test_values_of_any_type_say_nothing(tmp_path: Path) -> None:
    card = "---\nbase_model: {a: 1}\ndatasets: 5\nlicense: true\ntags: [1, null]\n---\n"
    said = model(card, tmp_path)
    assert said.claims == []
    assert said.noted("licence") == set()


@given(
    st.binary(max_size=80) | st.text(max_size=80).map(lambda text: f"---\n{text}\n---\n".encode())
)
def test_any_text_is_a_card_or_none(content: bytes) -> None:
    card = card_of(content)
    assert card is None or isinstance(card, dict)


def test_what_cannot_be_read_is_a_problem_of_the_source(tmp_path: Path) -> None:
    files = {"m/model.safetensors": b"x", "m/README.md": b"x"}
    assert [within for _, within in read_files(files, tmp_path, listing=True).problems] == [""]
