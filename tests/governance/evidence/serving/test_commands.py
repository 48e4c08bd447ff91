import shlex

import pytest
from hypothesis import given
from hypothesis import strategies as st

from governance.evidence.serving.commands import (
    MOST_WORDS,
    is_longer_than_is_read,
    of_script,
    of_words,
    unquoted,
)
from governance.evidence.serving.keys import Sort


def models(text: str) -> list[str]:
    return [told.value for told in of_script(text) if told.sort is Sort.MODEL]


@pytest.mark.parametrize(
    ("script", "named"),
    [
        ("vllm serve meta-llama/Llama-3 --port 8000", ["meta-llama/Llama-3"]),
        ("vllm serve --port 8000 --model meta-llama/Llama-3", ["meta-llama/Llama-3"]),
        ("python -m vllm.entrypoints.openai.api_server --model=org/a", ["org/a"]),
        ("python -m sglang.launch_server --model-path 's3://m/my model'", ["s3://m/my model"]),
        ("text-generation-launcher --model_id org/a", ["org/a"]),
        ("vllm serve a/b --lora-modules x=s3://l/x y=/l/y --port 1", ["a/b", "s3://l/x", "/l/y"]),
        (
            """vllm serve a/b --lora-modules '{"name": "x", "path": "s3://l/x"}'""",
            ["a/b", "s3://l/x"],
        ),
        ("""vllm serve a/b --speculative-config '{"model": "c/d", "n": 5}'""", ["a/b", "c/d"]),
        ("vllm serve a/b --tokenizer c/d --hf-config-path e/f", ["a/b", "c/d", "e/f"]),
        ("tritonserver --model-repository=s3://triton/models", ["s3://triton/models"]),
        ("mlflow models serve -m models:/llama@prod", ["models:/llama@prod"]),
        ("llama-server -m /store/llama.gguf", ["/store/llama.gguf"]),
        ("trtllm-serve gpt2", ["gpt2"]),
        ("hf download --revision main org/a", ["main", "org/a"]),
        ("huggingface-cli download org/a", ["org/a"]),
        ("git clone https://huggingface.co/org/a", ["https://huggingface.co/org/a"]),
        ("MODEL=org/a ./run.sh", ["org/a"]),
        ("podman run -e HF_MODEL_ID=org/a image", ["org/a"]),
        ("podman run ${REG}vllm/vllm-openai:v1 \\\n  serve \\\n  org/a", ["org/a"]),
        ("srun bash -c 'cd /x && vllm serve org/a'", ["org/a"]),
        ("a; b | vllm serve org/a & c", ["org/a"]),
        ("vllm serve {{ .Values.model }} --x", ["{{ .Values.model }}"]),
        ('vllm serve "${MODEL:-org/a}"', ["${MODEL:-org/a}"]),
        ("# vllm serve org/old\nvllm serve org/new # --model org/older", ["org/new"]),
    ],
)
def test_a_command_names_a_model(script: str, named: list[str]) -> None:
    assert models(script) == named


@pytest.mark.parametrize(
    "script",
    [
        *("serve run app:main", "hf download", "curl download org/a", "git clone https://x/a/b"),
        *("ls -m 4", "echo 'it is", "--max-model-len 4096", "--model", "vllm bench serve --x"),
    ],
)
def test_other_commands_name_none(script: str) -> None:
    assert models(script) == []


def test_a_name_for_clients_is_told_as_such() -> None:
    (told,) = of_words(["--served-model-name", "org/a"])
    assert (told.sort, told.value) == (Sort.ALIAS, "org/a")


def test_arguments_that_are_scripts_are_read() -> None:
    assert [told.value for told in of_words(["sh", "-c", "vllm serve org/a\n"])] == ["org/a"]


@given(st.text(max_size=200) | st.text("ab -='\"\\$(){}[]|;&#\n", max_size=80))
def test_any_script_is_read(script: str) -> None:
    list(of_script(script))


@given(st.text(st.characters(codec="ascii", exclude_categories=["Cc"]), min_size=1, max_size=20))
def test_a_quoted_word_is_one_word(word: str) -> None:
    assert unquoted(shlex.quote(word)) == word or "\\" in word or "$" in word


@given(
    st.sampled_from("abc"), st.text("xyz./-", min_size=1, max_size=12).filter(lambda t: t[0] != "-")
)
def test_both_ways_to_write_an_option_say_the_same(owner: str, name: str) -> None:
    value = f"{owner}/{name}"
    assert models(f"run --model={value}") == models(f"run --model {value}") == [value]


def test_a_script_that_is_not_read_to_its_end_is_known() -> None:
    assert is_longer_than_is_read("a " * (MOST_WORDS + 1))
    assert not is_longer_than_is_read("a " * 10)
