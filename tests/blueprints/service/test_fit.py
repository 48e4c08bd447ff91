from typing import Any

import pytest

from blueprints.service.fit import figures, fit, warnings
from tests.blueprints.service.models import model, problems, site

GLM = {
    "accelerators": 8,
    "engine": {"version": "0.17.1"},
    "shape": {"weights": "744G", "minimum": "893G"},
}
LLAMA_405B = {
    "accelerators": 16,
    "shape": {"weights": "812G", "heads": 128, "kv_heads": 8, "head_size": 128, "layers": 126},
}


def told(profile: str, **said: Any) -> list[str]:
    return list(warnings(model(**said), site(profile)))


def test_glm_5_in_8_bits_does_not_fit_two_nodes_of_alps_and_the_figures_are_told() -> None:
    [said] = told("alps", **GLM)
    assert "asks for 893 GB of memory" in said
    assert "8 x 96G = 768 GB (691 GB of it for the engine)" in said


def test_glm_5_in_8_bits_fits_accelerators_of_141_gb() -> None:
    here = site("alps", accelerators={"memory": "141G"})
    assert list(warnings(model(**GLM), here)) == []


def test_what_fits_is_not_spoken_of() -> None:
    shape = {"weights": "217G", "kv_heads": 8, "head_size": 128, "layers": 48}
    assert told("hops", shape=shape) == []
    assert told("hops", **LLAMA_405B, context=32768) == []


def test_a_request_of_full_length_has_to_fit_beside_the_weights() -> None:
    assert fit(model(**LLAMA_405B, context=131072), site()).cache == 67645734912
    [said] = told("hops", **LLAMA_405B, context=1_000_000)
    assert "812 GB for weights and 516 GB for one request of 1000000 tokens" in said


def test_a_cache_of_8_bits_is_half_as_large() -> None:
    options = {"kv-cache-dtype": "fp8"}
    assert fit(model(**LLAMA_405B, context=131072, options=options), site()).cache == 33822867456


def test_each_accelerator_holds_a_key_value_head_at_least() -> None:
    shape = {"kv_heads": 1, "head_size": 128, "layers": 10}
    alone = model(shape=shape, parallel={"tensor": 1}, accelerators=1, context=1024)
    shared = model(shape=shape, parallel={"tensor": 4}, context=1024)
    one, four = fit(alone, site()).cache, fit(shared, site()).cache
    assert one is not None
    assert four == 4 * one


@pytest.mark.parametrize(
    ("version", "options", "usable"),
    [
        ("0.9.1", {}, 0.9),
        ("0.19.1", {}, 0.9),
        ("0.20.0", {}, 0.92),
        ("0.9.1", {"gpu-memory-utilization": 0.5}, 0.5),
    ],
)
def test_the_engine_takes_the_share_that_its_version_takes(
    version: str, options: dict[str, Any], usable: float
) -> None:
    asked = model(engine={"version": version}, options=options)
    found = fit(asked, site("alps"))
    assert found.raw == 4 * 96_000_000_000
    assert found.usable == int(found.raw * usable)


def test_weights_that_are_more_than_there_is_are_refused() -> None:
    [(place, text)] = problems(shape={"weights": "812G"})
    assert place == "accelerators"
    assert text == "weights of 812 GB do not go into 4 x 80Gi = 344 GB of NVIDIA H100 80GB"


def test_what_is_kept_in_the_processors_memory_counts() -> None:
    assert problems(shape={"weights": "400G"}, options={"cpu-offload-gb": 40}) == []


def test_a_context_beyond_the_models_own_is_told() -> None:
    [said] = told("hops", shape={"context": 8192})
    assert said == "scout is served with 65536 tokens, and was made for 8192"


def test_figures_say_what_there_is_and_what_is_known() -> None:
    assert figures(model(**GLM, context=4096), site("alps")) == (
        "8 x 96G are 768 GB of memory, 691 GB of it for the engine; weights take 744 GB;"
        " 893 GB are asked for at least."
    )
    assert figures(model(), site()) == "4 x 80Gi are 344 GB of memory, 309 GB of it for the engine."
    assert "a request of 32768 tokens 17 GB" in figures(model(**LLAMA_405B, context=32768), site())


@pytest.mark.parametrize("version", ["0.7.3", "0.34.0"])
def test_a_version_of_which_nothing_is_known_is_told(version: str) -> None:
    [said] = told("hops", engine={"version": version})
    assert said.startswith(f"vLLM {version} is not among the versions that are known, 0.8.5 to ")
