import hashlib
from typing import Any

import pytest
from pydantic import ValidationError

from blueprints.service.against import objections, texts
from tests.blueprints.service.models import image, model, problems, site

TOKEN = "hf_" + "".join(chr(97 + byte % 26) for byte in hashlib.sha512(b"x").digest())[:34]


@pytest.mark.parametrize(
    ("options", "text"),
    [
        (
            {"max-model-lenn": 1},
            "vLLM 0.9.1 has no flag --max-model-lenn; did you mean max-model-len?",
        ),
        ({"nnodes": 2}, "--nnodes is not an option here: it follows from accelerators"),
        ({"api-key": "x"}, "would show a secret to all who see processes; say api_key"),
        ({"hf-token": "x"}, "say source.token"),
        ({"hf-token": True}, "say source.token"),
        ({"port": 80}, "it is always 8000"),
        ({"no-trust-remote-code": True}, "say trust_remote_code, and why"),
        ({"no-enable-prefix-caching": True}, "say enable-prefix-caching: false"),
        ({"max-num-seqs": True}, "takes a value, and true or false is none"),
        ({"enforce-eager": "yes"}, "takes no value: true or false"),
        ({"enable-auto-tool-choice": False}, "cannot be turned off; leave it out"),
        (
            {"override-generation-config": '{ attn_temperature_tuning": true}'},
            "is no JSON (expecting property name",
        ),
        ({"hf-overrides": {"a": float("nan")}}, "holds what JSON cannot say"),
        ({"chat-template": TOKEN}, "holds a Hugging Face token; name its key"),
        ({"hf-overrides": {"x": [{"y": TOKEN}]}}, "holds a Hugging Face token"),
        ({"chat-template": "https://me:hunter22@example.org/x"}, "holds a"),
        ({"lora-modules": ["a=https://me@example.org/x"]}, "holds a user in a URL"),
        ({"lora-modules": ["a=b", ""]}, "has an empty word"),
        ({"lora-modules": []}, "has no word; leave it out"),
    ],
)
def test_an_option_that_must_not_be_is_told_where_it_stands(
    options: dict[str, Any], text: str
) -> None:
    [(place, told)] = problems(options=options)
    assert place == f"options.{next(iter(options))}"
    assert text in told
    assert TOKEN not in told
    assert "hunter22" not in told


@pytest.mark.parametrize(
    ("environment", "text"),
    [
        ({"VLLM_USE_V2": "1"}, "vLLM 0.9.1 has no variable VLLM_USE_V2; did you mean VLLM_USE_V1?"),
        (
            {"HF_HUB_OFFLINE": "0"},
            "HF_HUB_OFFLINE is decided already, and must not be said again: say mode: online",
        ),
        (
            {"VLLM_HOST_IP": "192.0.2.1"},
            "VLLM_HOST_IP is decided already, and must not be said again: leave it out",
        ),
        ({"VLLM_API_KEY": "x"}, "must not be said again: say api_key: KEY of the secret store"),
        ({"AWS_SECRET_ACCESS_KEY": "x"}, "AWS_SECRET_ACCESS_KEY looks like a secret"),
        ({"WANDB_TOKEN": "x"}, "WANDB_TOKEN looks like a secret"),
        ({"NOTE": TOKEN}, "NOTE holds a Hugging Face token"),
        ({"HTTPS_PROXY": "http://me@proxy.example.org"}, "HTTPS_PROXY holds a user in a URL"),
    ],
)
def test_a_variable_that_must_not_be_is_told_where_it_stands(
    environment: dict[str, str], text: str
) -> None:
    [(place, told)] = problems(environment=environment)
    assert place == f"environment.{next(iter(environment))}"
    assert text in told


def test_an_image_that_was_never_built_for_a_node_is_refused_though_somebody_lists_it() -> None:
    [(_, told)] = problems("alps")
    assert (
        "was never built for arm64, which nodes of here are; vLLM has images for it since" in told
    )
    assert problems("alps", engine={"version": "0.11.0"}) == []
    own = image(architecture="arm64", upstream="registry.example.org/own/vllm:v0.9.1-arm")
    assert list(objections(model(), site("alps"), own)) == []


def test_an_image_of_another_version_is_refused() -> None:
    other = image(upstream="docker.io/vllm/vllm-openai:v0.9.2")
    [(_, told)] = objections(model(), site(), other)
    assert told == "docker.io/vllm/vllm-openai:v0.9.2 is under images as version 0.9.1"


def test_an_image_for_cuda_is_refused_where_there_is_none() -> None:
    wrong = image(accelerator="rocm")
    [(_, told)] = objections(model(), site("eldorado"), wrong)
    assert told.endswith("is for cuda, and here has rocm")


def test_a_path_is_below_the_sites_registry_and_does_not_name_it_again() -> None:
    twice = image(path="registry.example.org/vllm/vllm-openai")
    [(_, told)] = objections(model(), site(), twice)
    assert "the image's path starts with registry.example.org" in told


@pytest.mark.parametrize(
    "said",
    [
        {"name": "a model"},
        {"name": "$(id)"},
        {"served_as": "a b"},
        {"served_as": "$(id)"},
        {"source": {"repository": "a/b c", "revision": "9" * 40, "licence": "MIT"}},
        {
            "source": {
                "repository": "https://u:p@hub.example.org/a/b",
                "revision": "9" * 40,
                "licence": "MIT",
            }
        },
        {"source": {"repository": "a/b", "revision": "main", "licence": "MIT"}},
        {"source": {"repository": "a/b", "revision": "9" * 40}},
        {"source": {"repository": "a/b", "revision": "9" * 40, "licence": " "}},
        {"source": {"repository": "a/b", "revision": "9" * 40, "licence": "Unknown"}},
        {"options": {"chat_template": "x"}},
        {"options": {"chat-template": "a\0b"}},
        {"options": {"gpu-memory-utilization": float("inf")}},
        {"environment": {"a b": "x"}},
        {"environment": {"X": "a\x1bb"}},
        {"accelerators": 0},
        {"accelerators": "4"},
    ],
)
def test_what_is_no_model_at_all_is_refused_before(said: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        model(**said)


@pytest.mark.parametrize("digest", ["", "latest", "sha256:12", "sha512:" + "0" * 64])
def test_an_image_has_a_digest(digest: str) -> None:
    with pytest.raises(ValidationError):
        image(digest=digest)


def test_why_code_of_a_models_own_runs_is_said_in_words() -> None:
    assert problems(trust_remote_code=" ") == [
        ("trust_remote_code", "say why code of the model's own may run")
    ]


def test_every_text_of_a_value_is_looked_at() -> None:
    assert list(texts({"a": ["b", {"c": 1}], "d": True})) == ["a", "b", "c", "d"]
