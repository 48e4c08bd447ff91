import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from blueprints.service.command import DECIDED, command
from blueprints.service.cut import cut
from blueprints.service.engine import engine_facts
from tests.blueprints.service.models import composed, image, model, site


@pytest.mark.parametrize(
    ("version", "options", "words"),
    [
        ("0.9.1", {"max-num-seqs": 64}, ("--max-num-seqs=64",)),
        ("0.9.1", {"gpu-memory-utilization": 0.95}, ("--gpu-memory-utilization=0.95",)),
        ("0.9.1", {"enforce-eager": True}, ("--enforce-eager",)),
        ("0.9.1", {"enforce-eager": False}, ("--no-enforce-eager",)),
        ("0.8.5", {"disable-log-requests": True}, ("--disable-log-requests",)),
        (
            "0.9.1",
            {"lora-modules": ["a=/models/a b", "c=d"]},
            ("--lora-modules", "a=/models/a b", "c=d"),
        ),
        (
            "0.9.1",
            {"hf-overrides": {"b": 'it\'s "q"', "a": [1, None]}},
            ('--hf-overrides={"a": [1, null], "b": "it\'s \\"q\\""}',),
        ),
        ("0.9.1", {"chat-template": "$(id) and spaces"}, ("--chat-template=$(id) and spaces",)),
    ],
)
def test_each_option_becomes_the_words_that_the_engine_reads(
    version: str, options: dict[str, Any], words: tuple[str, ...]
) -> None:
    service = composed(engine={"version": version}, options=options)
    assert service.command[-len(words) :] == words


def test_code_of_a_model_runs_only_where_somebody_said_why() -> None:
    assert "--trust-remote-code" not in composed().command
    assert "--trust-remote-code" in composed(trust_remote_code="its attention is new").command


def test_clients_ask_for_another_name_if_one_is_said() -> None:
    assert "--served-model-name=scout" in composed(served_as="scout").command


def test_no_flag_that_is_decided_here_is_one_that_no_version_has() -> None:
    facts = engine_facts("vllm")
    assert [flag for flag in DECIDED if flag not in facts.flags] == []


@pytest.mark.parametrize("version", ["0.8.5", "0.11.0", "0.17.1", "0.33.0"])
def test_every_flag_that_follows_from_the_rest_is_known_to_the_version(version: str) -> None:
    facts = engine_facts("vllm")
    asked = model(
        engine={"version": version},
        accelerators=16,
        trust_remote_code="why",
        parallel={"tensor": 4, "pipeline": 4},
    )
    words = list(command(asked, cut(asked, site(), image(version))))
    flags = [word.partition("=")[0].removeprefix("--") for word in words if word[:2] == "--"]
    assert [flag for flag in flags if facts.flag(flag, version) is None] == []


_JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-9, 9) | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner),
    max_leaves=6,
)


@given(st.dictionaries(st.text(max_size=8), _JSON, max_size=4))
def test_a_mapping_is_json_that_says_the_same(value: dict[str, Any]) -> None:
    asked = model(options={"additional-config": value})
    [*_, last] = command(asked, cut(asked, site(), image()))
    flag, _, text = last.partition("=")
    assert flag == "--additional-config"
    assert json.loads(text) == value
