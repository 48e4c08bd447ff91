import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from blueprints.errors import ExpectedError
from blueprints.service.config import MAX_BYTES, Config, disagreements, parse
from blueprints.service.model import Shape
from tests.blueprints.service.models import model

LLAMA = {
    "architectures": ["LlamaForCausalLM"],
    "hidden_size": 16384,
    "max_position_embeddings": 131072,
    "num_attention_heads": 128,
    "num_hidden_layers": 126,
    "num_key_value_heads": 8,
}


def test_the_shape_is_read_and_the_size_of_a_head_follows() -> None:
    assert Config(LLAMA).shape() == Shape(
        heads=128, kv_heads=8, head_size=128, layers=126, context=131072
    )


def test_a_model_that_sees_keeps_its_text_inside() -> None:
    config = Config({"model_type": "llama4", "text_config": {**LLAMA, "head_dim": 64}})
    assert config.shape().head_size == 64
    assert {"model_type", "head_dim"} <= config.names


def test_without_shared_heads_each_has_its_own() -> None:
    assert Config({"num_attention_heads": 12}).shape().kv_heads == 12


def test_latent_attention_is_not_counted_in_heads() -> None:
    found = Config({**LLAMA, "kv_lora_rank": 512, "head_dim": 192}).shape()
    assert (found.heads, found.kv_heads, found.head_size) == (128, None, None)


@pytest.mark.parametrize("value", [True, "40", 0, -1, 10**9, 1.5, None, [40]])
def test_what_is_no_number_of_heads_is_not_taken_for_one(value: object) -> None:
    assert Config({"num_attention_heads": value}).shape().heads is None


@pytest.mark.parametrize(
    ("raw", "text"),
    [
        (b"{", "is no JSON"),
        (b"[]", "its top is no mapping"),
        (b"\xff", "is no JSON"),
        (b"[" * 100_000, "is no JSON"),
        (b" " * (MAX_BYTES + 1), "is larger than"),
    ],
)
def test_a_file_that_is_none_is_told(raw: bytes, text: str) -> None:
    with pytest.raises(ExpectedError, match=f"config.json {text}|config.json: {text}"):
        parse(raw, "config.json")


@given(st.dictionaries(st.text(max_size=8), st.none() | st.integers() | st.text(max_size=4)))
def test_any_mapping_is_read_without_harm(data: dict[str, Any]) -> None:
    assert parse(json.dumps(data).encode(), "config.json").shape() is not None


def test_nothing_is_said_where_both_agree() -> None:
    asked = model(
        shape={"heads": 128, "weights": "812G"}, options={"hf-overrides": {"head_dim": 1}}
    )
    assert list(disagreements(asked, Config({**LLAMA, "head_dim": 128}))) == []


@pytest.mark.parametrize(
    ("said", "data", "place", "text"),
    [
        (
            {"shape": {"heads": 40}},
            LLAMA,
            ("shape", "heads"),
            "40 is not what config.json says: 128",
        ),
        (
            {"options": {"hf-overrides": {"num_hiden_layers": 2}}},
            LLAMA,
            ("options", "hf-overrides", "num_hiden_layers"),
            "did you mean num_hidden_layers?",
        ),
        (
            {},
            {**LLAMA, "auto_map": {"AutoModel": "modeling.Own"}},
            ("trust_remote_code",),
            "config.json brings code of its own (AutoModel)",
        ),
    ],
)
def test_where_they_disagree_the_place_is_told(
    said: dict[str, Any], data: dict[str, Any], place: tuple[str, ...], text: str
) -> None:
    [(where, told)] = disagreements(model(**said), Config(data))
    assert where == place
    assert text in told
