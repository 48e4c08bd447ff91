import pytest
from hypothesis import given
from hypothesis import strategies as st

from governance.evidence.serving.values import PLACEHOLDER, Meaning, meanings


@pytest.mark.parametrize(
    ("value", "node"),
    [
        ("s3://models/llama/v3", "s3://models/llama/v3"),
        ("S3A://models/llama", "s3://models/llama"),
        ('"s3://models/my llama"', "s3://models/my llama"),
        ("/store/models/llama/", "file:///store/models/llama/"),
        ("file:///store/a", "file:///store/a"),
        ("meta-llama/Llama-3.1-8B", "hub:meta-llama/Llama-3.1-8B"),
        ("meta-llama/Llama-3.1-8B@main", "hub:meta-llama/Llama-3.1-8B"),
        ("unsloth/Llama-GGUF:Q4_K_M", "hub:unsloth/Llama-GGUF"),
        ("hf://meta-llama/Llama-3.1-8B", "hub:meta-llama/Llama-3.1-8B"),
        ("hf://meta-llama/Llama:abc", "hub:meta-llama/Llama"),
        ("huggingface:org/name", "hub:org/name"),
        ("https://huggingface.co/org/name/tree/main", "hub:org/name"),
        ("https://user:token@huggingface.co/org/name.git", "hub:org/name"),
        ("models:/llama@production", "models:/llama@production"),
        ("models:/llama/3", "models:/llama/3"),
        ("runs:/0123abcd/model", "runs:/0123abcd/model"),
    ],
)
def test_a_value_names_one_thing(value: str, node: str) -> None:
    assert meanings(value) == [Meaning(node)]


def test_a_provider_is_no_owner() -> None:
    assert meanings("hosted_vllm/meta-llama/Llama") == [Meaning("hub:meta-llama/Llama")]
    assert meanings("openai/gpt-oss") == [Meaning("hub:openai/gpt-oss"), Meaning("hub:gpt-oss")]


@pytest.mark.parametrize(
    "value",
    ["pvc://claim/path", "oci://registry/model:v1", "gs://bucket/x", "https://host/x", "ngc://x"],
)
def test_some_things_are_outside_of_the_stores(value: str) -> None:
    assert meanings(value) == [Meaning(None)]


@pytest.mark.parametrize(
    "value",
    ["", " ", "two words", "gpt2", "a/b/c/d", "../x", "./models/x", "s3://", "/", "x" * 2_000],
)
def test_what_is_no_name_means_nothing(value: str) -> None:
    assert meanings(value) == []


def test_a_name_without_an_owner_counts_where_one_can_stand() -> None:
    assert meanings("gpt2", alone=True) == [Meaning("hub:gpt2")]
    assert meanings("4", alone=True) == []


@given(st.text(max_size=200), st.booleans())
def test_any_value_is_read(value: str, alone: bool) -> None:
    for meaning in meanings(value, alone=alone):
        assert meaning.node is None or ":/" in meaning.node or meaning.node.startswith("hub:")


@pytest.mark.parametrize(
    "value",
    [
        *("{{ .Values.x }}", "s3://b/{{x}}/y", "${X}", "$X", "$(X)", "${{ inputs.x }}", "$1"),
        *("os.environ/X", "ENC[AES256_GCM,data:x]", "{% if x %}a{% endif %}", "${A:-${B}}"),
    ],
)
def test_what_others_fill_in_is_seen(value: str) -> None:
    assert PLACEHOLDER.search(value)


def test_plain_names_have_no_placeholder() -> None:
    assert not PLACEHOLDER.search("s3://bucket/a{b}/c$/100%")
