"""Variants that the rule gateway-models finds, and others that it has nothing to say of."""

from __future__ import annotations

from tests.blueprints.check.rules.variants import Edit, finds

RULE = "gateway-models"
WRONG: dict[str, tuple[Edit, str]] = {
    "another name": (
        ("gateway/config.yaml", "model_name: small", "model_name: tiny"),
        "under another name",
    ),
    "another mode": (
        ("gateway/config.yaml", "mode: chat", "mode: embedding"),
        "serves it for chat",
    ),
    "a key in Git": (
        ("gateway/config.yaml", "api_key: os.environ/MODEL_KEY", "api_key: abc"),
        "has the key of small in Git",
    ),
    "a variable that is not there": (
        ("gateway/config.yaml", "os.environ/MODEL_KEY", "os.environ/MODEL"),
        "reads MODEL, which its pod does not have",
    ),
    "the key of another": (
        ("gateway/deployment.yaml", "name: model, key", "name: other, key"),
        "shows another key for small",
    ),
    "a request without end": (
        ("gateway/config.yaml", "      request_timeout: 600\n", ""),
        "wait for ever",
    ),
    "no list of models": (("gateway/config.yaml", "model_list:", "models:"), "offers no model"),
    "half a path": (
        ("gateway/config.yaml", "http://web:80/v1", "http://web:80"),
        "does not end in /v1",
    ),
    "more GPUs than there are": (
        (
            "web/deployment.yaml",
            "--served-model-name=small",
            "--served-model-name=small, --tensor-parallel-size=4",
        ),
        "over 4 GPUs and asks for 0",
    ),
}

test_says_what_is_wrong = finds(RULE, WRONG)
