import json
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from blueprints.service.compose import GIB, UnfitError, compose
from blueprints.service.cut import misfits
from blueprints.service.engine import engine_facts
from tests.blueprints.service.models import SCOUT, composed, image, images, model, problems, site
from tests.blueprints.service.services import texts

FIGURE_4 = {
    "OMP_NUM_THREADS": "1",
    "HF_HUB_ENABLE_HF_TRANSFER": "0",
    "HF_HUB_DISABLE_TELEMETRY": "1",
    "VLLM_NO_USAGE_STATS": "1",
    "DO_NOT_TRACK": "1",
    "HF_DATASETS_OFFLINE": "1",
    "TRANSFORMERS_OFFLINE": "1",
    "HF_HUB_OFFLINE": "1",
    "VLLM_DISABLE_COMPILE_CACHE": "1",
}


def test_scout_on_hops_is_what_the_paper_prints() -> None:
    service = composed(
        options={
            "disable-log-requests": True,
            "override-generation-config": {"attn_temperature_tuning": True},
        }
    )
    assert service.command == (
        "vllm",
        "serve",
        f"/models/{SCOUT}",
        f"--served-model-name={SCOUT}",
        "--host=0.0.0.0",
        "--port=8000",
        "--tensor-parallel-size=4",
        "--max-model-len=65536",
        "--disable-log-requests",
        '--override-generation-config={"attn_temperature_tuning": true}',
    )
    assert dict(service.environment) | FIGURE_4 == service.environment
    assert (service.devices, service.nodes, service.gather) == (4, 1, "alone")
    assert service.shared_memory == 0  # --ipc=host
    assert json.loads(service.command[-1].partition("=")[2]) == {"attn_temperature_tuning": True}


def test_a_centre_without_tags_runs_the_image_of_its_own_registry_by_digest() -> None:
    service = composed()
    assert service.image.reference == (f"registry.example.org/vllm/vllm-openai@{image().digest}")


@pytest.mark.parametrize(
    ("profile", "architecture", "path"),
    [
        ("alps", "arm64", "vllm/vllm-openai"),
        ("hops", "amd64", "vllm/vllm-openai"),
        ("eldorado", "amd64", "rocm/vllm"),
    ],
)
def test_each_platform_gets_the_image_of_its_class_and_architecture(
    profile: str, architecture: str, path: str
) -> None:
    service = composed(profile, engine={"version": "0.11.0"})
    assert service.image.architecture == architecture
    assert service.image.name == f"registry.example.org/{path}"


def test_llama_405b_over_four_nodes_is_tensors_within_and_layers_between() -> None:
    service = composed(accelerators=16, context=32768)
    assert (service.nodes, service.devices, service.gather) == (4, 4, "ray")
    assert "--tensor-parallel-size=4" in service.command
    assert "--pipeline-parallel-size=4" in service.command
    assert "--distributed-executor-backend=ray" in service.command
    assert service.environment["RAY_USAGE_STATS_ENABLED"] == "0"


def test_a_newer_engine_finds_its_nodes_itself() -> None:
    service = composed("alps", accelerators=8, engine={"version": "0.18.0"})
    assert service.gather == "engine"
    assert "--distributed-executor-backend=mp" in service.command
    assert service.interface == "hsn0"
    assert service.environment["NCCL_SOCKET_IFNAME"] == "=hsn0"
    assert "RAY_USAGE_STATS_ENABLED" not in service.environment


def test_a_part_of_a_node_is_a_part_of_its_processors_and_memory() -> None:
    whole, half = composed(accelerators=4), composed(accelerators=2)
    assert (whole.processors, whole.memory) == (64, 480 * GIB)
    assert (half.processors, half.memory) == (32, 240 * GIB)


def test_where_pods_run_it_too_shared_memory_is_an_amount() -> None:
    assert composed("goodall", accelerators=2).shared_memory == 32 * GIB
    assert composed(at={"runtimes": ["slurm", "vllm-chart"]}).shared_memory == 32 * GIB


def test_weights_are_read_only_and_the_cache_is_the_models_own() -> None:
    models, cache = composed().mounts
    assert (models.target, models.host, models.read_only) == ("/models", "/srv/models", True)
    assert (cache.target, cache.host, cache.read_only) == ("/cache", "/srv/cache/scout", False)


def test_certificates_come_with_the_mode_that_needs_them() -> None:
    bundle = {"certificates": "/etc/pki/site/bundle.pem"}
    assert len(composed(at=bundle).mounts) == 2
    service = composed(at=bundle, mode="online")
    assert service.mounts[2].host == "/etc/pki/site"
    assert service.mounts[2].config
    assert service.environment["SSL_CERT_FILE"] == "/certificates/bundle.pem"


def test_secrets_are_named_and_nothing_else() -> None:
    source = {"repository": SCOUT, "revision": "9" * 40, "licence": "llama4", "token": "hub/token"}
    service = composed(mode="online", source=source, api_key="inference/scout")
    assert service.secrets == {"HF_TOKEN": "hub/token", "VLLM_API_KEY": "inference/scout"}
    assert composed(source=source).secrets == {}


@pytest.mark.parametrize(
    "architecture",
    ["amd64", "arm64"],
)
def test_a_class_without_an_image_is_refused(architecture: str) -> None:
    here = site("alps" if architecture == "arm64" else "hops")
    with pytest.raises(UnfitError) as caught:
        compose(model(), here, [])
    [(place, text)] = caught.value.problems
    assert place == ("engine", "version")
    assert f"no image of vllm 0.9.1 for cuda on {architecture}" in text


def test_all_that_is_wrong_is_told_at_once() -> None:
    found = problems(
        accelerators=6, options={"no-such": 1}, environment={"HF_HOME": "/x", "VLLM_NO": "1"}
    )
    assert [place for place, _ in found] == [
        "options.no-such",
        "environment.HF_HOME",
        "environment.VLLM_NO",
        "accelerators",
    ]


@given(
    accelerators=st.integers(1, 64),
    each=st.integers(1, 16),
    version=st.sampled_from(["0.9.1", "0.12.0", "0.18.0"]),
)
def test_what_is_composed_takes_exactly_the_accelerators_that_were_asked_for(
    accelerators: int, each: int, version: str
) -> None:
    here = site(accelerators={"count": each})
    asked = model(accelerators=accelerators, engine={"version": version})
    if list(misfits(asked, here, image(version))):
        with pytest.raises(UnfitError):
            compose(asked, here, images(version))
        return
    service = compose(asked, here, images(version))
    assert service.devices * service.nodes == accelerators
    assert service.devices <= each
    assert (service.gather == "alone") == (service.nodes == 1)
    sizes = dict(word.split("=", 1) for word in service.command if "parallel-size" in word)
    pipeline = int(sizes.get("--pipeline-parallel-size", "1"))
    assert int(sizes["--tensor-parallel-size"]) * pipeline == accelerators


_VALUES = st.one_of(
    st.booleans(),
    st.integers(-1, 9),
    st.floats(0, 2),
    texts(0),
    st.lists(texts(0), max_size=3),
    st.dictionaries(texts(), st.none() | texts(0) | st.lists(st.integers(0, 3), max_size=2)),
)


@settings(max_examples=60)
@given(
    version=st.sampled_from(["0.8.5", "0.11.0", "0.15.0", "0.33.0", "0.99.0"]),
    options=st.dictionaries(
        st.sampled_from(sorted(engine_facts("vllm").flags)), _VALUES, max_size=3
    ),
    variables=st.dictionaries(
        st.sampled_from(
            [*sorted(engine_facts("vllm").variables), "NCCL_DEBUG", "HF_HOME", "A_KEY"]
        ),
        texts(),
        max_size=3,
    ),
    accelerators=st.integers(1, 20),
    mode=st.sampled_from(["offline", "online"]),
)
def test_whatever_is_asked_for_becomes_a_service_or_is_refused_with_its_places(
    version: str,
    options: dict[str, Any],
    variables: dict[str, str],
    accelerators: int,
    mode: str,
) -> None:
    asked = model(
        engine={"version": version},
        options=options,
        environment=variables,
        accelerators=accelerators,
        mode=mode,
    )
    here = site("commercial")
    try:
        service = compose(asked, here, images(version))
    except UnfitError as error:
        tops = {place[0] for place, _ in error.problems}
        assert tops
        assert tops <= {"options", "environment", "accelerators", "engine"}
        return
    words = [*service.command, *service.environment.values()]
    assert not [word for word in words if "\0" in word or "\r" in word]
    for name, value in variables.items():
        assert service.environment[name] == value
    for flag, value in options.items():
        if isinstance(value, dict):
            assert f"--{flag}={json.dumps(value, sort_keys=True)}" in service.command
        elif isinstance(value, list):
            start = service.command.index(f"--{flag}")
            assert list(service.command[start + 1 : start + 1 + len(value)]) == value
        elif not isinstance(value, bool):
            assert f"--{flag}={value}" in service.command
