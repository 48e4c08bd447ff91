import json
from pathlib import Path

import pytest

from blueprints.service.engine import engine_facts, number, text

FACTS = engine_facts("vllm")
MEASURED = Path(__file__).parents[4] / "shared" / "data" / "vllm"


@pytest.mark.parametrize(
    ("flag", "version", "known"),
    [
        ("disable-log-requests", "0.9.1", True),
        ("disable-log-requests", "0.16.0", True),
        ("disable-log-requests", "0.17.1", False),
        ("enable-log-requests", "0.10.0", False),
        ("enable-log-requests", "0.10.2", True),
        ("nnodes", "0.11.0", False),
        ("nnodes", "0.12.0", True),
        ("node-rank", "0.12.0", True),
        ("master-addr", "0.11.0", False),
        ("master-port", "0.33.0", True),
        ("headless", "0.8.5", False),
        ("headless", "0.9.1", True),
        ("swap-space", "0.17.1", True),
        ("swap-space", "0.18.0", False),
        ("task", "0.12.0", True),
        ("task", "0.13.0", False),
        ("runner", "0.10.0", False),
        ("convert", "0.10.2", True),
        ("guided-decoding-backend", "0.11.0", True),
        ("guided-decoding-backend", "0.12.0", False),
        ("structured-outputs-config", "0.10.2", False),
        ("structured-outputs-config", "0.11.0", True),
        ("num-scheduler-steps", "0.10.0", True),
        ("num-scheduler-steps", "0.10.2", False),
        ("enable-reasoning", "0.9.1", True),
        ("enable-reasoning", "0.10.0", False),
        ("use-v2-block-manager", "0.10.0", False),
        ("max-seq-len-to-capture", "0.10.2", True),
        ("max-seq-len-to-capture", "0.11.0", False),
        ("rope-scaling", "0.11.0", True),
        ("rope-scaling", "0.12.0", False),
        ("attention-backend", "0.12.0", False),
        ("attention-backend", "0.13.0", True),
        ("safetensors-load-strategy", "0.10.0", False),
        ("safetensors-load-strategy", "0.10.2", True),
        ("override-generation-config", "0.9.1", True),
        ("moe-backend", "0.16.0", False),
        ("moe-backend", "0.17.1", True),
    ],
)
def test_a_flag_is_known_to_the_versions_that_have_it(flag: str, version: str, known: bool) -> None:
    assert (FACTS.flag(flag, version) is not None) == known
    assert (FACTS.objection("flag", flag, version) is None) == known


@pytest.mark.parametrize(
    ("variable", "version", "known"),
    [
        ("VLLM_USE_V1", "0.11.0", True),
        ("VLLM_USE_V1", "0.12.0", False),
        ("VLLM_USE_TRITON_FLASH_ATTN", "0.11.0", True),
        ("VLLM_USE_TRITON_FLASH_ATTN", "0.12.0", False),
        ("VLLM_V1_USE_PREFILL_DECODE_ATTENTION", "0.8.5", False),
        ("VLLM_V1_USE_PREFILL_DECODE_ATTENTION", "0.14.1", True),
        ("VLLM_V1_USE_PREFILL_DECODE_ATTENTION", "0.16.0", False),
        ("VLLM_ATTENTION_BACKEND", "0.14.1", True),
        ("VLLM_ATTENTION_BACKEND", "0.16.0", False),
        ("VLLM_USE_RAY_COMPILED_DAG", "0.11.0", True),
        ("VLLM_USE_RAY_COMPILED_DAG", "0.12.0", False),
        ("VLLM_USE_DEEP_GEMM", "0.8.5", True),
        ("VLLM_USE_DEEP_GEMM", "0.33.0", True),
        ("VLLM_ENGINE_READY_TIMEOUT_S", "0.13.0", False),
        ("VLLM_ENGINE_READY_TIMEOUT_S", "0.14.1", True),
        ("VLLM_HOST_IP", "0.33.0", True),
        ("VLLM_NO_USAGE_STATS", "0.8.5", True),
    ],
)
def test_a_variable_is_known_to_the_versions_that_read_it(
    variable: str, version: str, known: bool
) -> None:
    assert FACTS.variable(variable, version) == known
    assert (FACTS.objection("variable", variable, version) is None) == known


@pytest.mark.parametrize(
    ("accelerator", "version", "there"),
    [
        ("cuda", "0.9.1", True),
        ("cuda", "0.17.1", True),
        ("cuda", "0.18.0", False),
        ("cuda", "0.33.0", False),
        ("rocm", "0.17.1", True),
        ("rocm", "0.19.1", False),
        ("oneapi", "0.33.0", True),
    ],
)
def test_ray_is_in_the_images_that_hold_it(accelerator: str, version: str, there: bool) -> None:
    assert FACTS.has_ray(accelerator, version) == there


@pytest.mark.parametrize(
    ("accelerator", "architecture", "version", "built"),
    [
        ("cuda", "amd64", "0.8.5", True),
        ("cuda", "arm64", "0.9.1", False),
        ("cuda", "arm64", "0.10.0", False),
        ("cuda", "arm64", "0.11.0", True),
        ("cuda", "arm64", "0.33.0", True),
        ("rocm", "arm64", "0.33.0", False),
        ("rocm", "amd64", "0.9.1", True),
    ],
)
def test_images_are_built_for_the_architectures_that_the_release_builds(
    accelerator: str, architecture: str, version: str, built: bool
) -> None:
    assert FACTS.built_for(accelerator, architecture, version) == built


@pytest.mark.parametrize(
    ("kind", "name", "version", "said"),
    [
        ("flag", "swap-space", "0.18.0", "it was there until 0.17.1; leave it out"),
        ("flag", "nnodes", "0.11.0", "it comes with 0.11.1"),
        ("flag", "max-model-lenn", "0.33.0", "did you mean max-model-len?"),
        ("variable", "VLLM_NO_USAGE_STAT", "0.11.0", "did you mean VLLM_NO_USAGE_STATS?"),
        ("variable", "VLLM_USE_V1", "0.12.0", "leave it out: there is no other engine any more"),
        ("flag", "zzz", "0.11.0", "vLLM 0.11.0 has no flag --zzz"),
    ],
)
def test_an_objection_says_what_to_do(kind: str, name: str, version: str, said: str) -> None:
    assert kind in ("flag", "variable")
    shown = (FACTS.objection("flag" if kind == "flag" else "variable", name, version)) or ""
    assert shown.endswith(said)


@pytest.mark.parametrize(
    ("flag", "version", "written"),
    [
        ("enforce-eager", "0.8.5", "switch"),
        ("enforce-eager", "0.33.0", "negatable"),
        ("disable-log-requests", "0.9.1", "switch"),
        ("enable-prefix-caching", "0.33.0", "negatable"),
        ("compilation-config", "0.33.0", "value"),
        ("headless", "0.33.0", "switch"),
    ],
)
def test_how_a_flag_is_written_goes_with_the_version(flag: str, version: str, written: str) -> None:
    assert FACTS.flag(flag, version) == written


def test_a_version_between_two_that_were_read_knows_what_either_knows() -> None:
    assert number("0.15.0") not in FACTS.versions
    assert FACTS.flag("disable-log-requests", "0.15.0")
    assert FACTS.flag("swap-space", "0.17.5")
    assert FACTS.flag("nnodes", "0.10.5") is None


def test_a_version_that_is_newer_than_all_is_judged_by_what_is_known_to_be_gone() -> None:
    assert not FACTS.judged("0.34.0")
    assert FACTS.objection("flag", "swap-space", "0.34.0")
    assert FACTS.objection("flag", "brand-new", "0.34.0") is None
    assert FACTS.objection("flag", "brand-new", "0.33.0")


def test_a_post_release_comes_behind_its_version() -> None:
    assert number("0.8.5") < number("0.8.5.post1") < number("0.9.0") < number("0.10.0")
    assert text(number("0.10.1.1")) == "0.10.1.1"


def test_there_are_no_facts_of_other_engines() -> None:
    with pytest.raises(FileNotFoundError):
        engine_facts("sglang")


@pytest.mark.skipif(not MEASURED.is_dir(), reason="no ../shared/data: what was measured lies there")
@pytest.mark.parametrize("kind", ["flags", "envs"])
def test_nothing_is_missing_and_nothing_added_beside_lists_read_by_other_means(kind: str) -> None:
    measured: dict[str, list[str]] = json.loads((MEASURED / f"{kind}.json").read_text())
    assert len(measured) == 16
    for version, names in measured.items():
        if kind == "flags":
            theirs = {name.removeprefix("--") for name in names if name.startswith("--")}
            ours = {name for name in FACTS.flags if FACTS.flag(name, version)}
            theirs.discard("help")  # every parser's; it starts nothing
        else:
            theirs = {name for name in names if name.startswith("VLLM_")}
            ours = {name for name in FACTS.variables if FACTS.variable(name, version)}
        assert ours == theirs, version
