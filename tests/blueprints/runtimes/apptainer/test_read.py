import pytest
from hypothesis import given, settings

from blueprints.runtimes.apptainer import RUNTIME
from blueprints.service.service import Service
from blueprints.service.site import Site
from tests.blueprints.runtimes.example import DIGEST, HOPS, SERVICE
from tests.blueprints.runtimes.law import edited, found, written
from tests.blueprints.service.services import hexadecimal, pairs

FILES = written(RUNTIME, SERVICE, HOPS)
OTHER = hexadecimal("another image")


@settings(max_examples=12, deadline=None)
@given(pairs("alone"))
def test_what_was_written_is_read_back(pair: tuple[Service, Site]) -> None:
    service, site = pair
    assert found(RUNTIME, service, written(RUNTIME, service, site)) == []


@pytest.mark.parametrize(
    ("old", "new", "fact"),
    [
        ("  --cleanenv \\\n", "", "option.--cleanenv"),
        ("  --no-eval \\\n", "", "option.--no-eval"),
        ("  --no-home \\\n", "", "option.--no-home"),
        ("--no-umask", "--no-umask --containall", "option.--containall"),
        ("--no-umask", "--no-umask --env X=1", "option.--env=X=1"),
        (" all_proxy ", " ", "option.unset all_proxy"),
        ('"${!SINGULARITY@}" ', "", "option.unset !SINGULARITY@"),
        ('unset "$variable"', "true", "option.unset NO_PROXY"),
        ("--home=/cache", "--home=/root", "env.HOME"),
        ("--nv", "--rocm", "option.--rocm"),
        ("VISIBLE_DEVICES=0,1,2,3", "VISIBLE_DEVICES=0,1", "devices"),
        ("ENV_CUDA_VISIBLE", "ENV_HIP_VISIBLE", "accelerator"),
        ("APPTAINERENV_HF_HUB_OFFLINE=1", "APPTAINERENV_HF_HUB_OFFLINE=0", "env.HF_HUB_OFFLINE"),
        (
            "export APPTAINERENV_HF_HUB_OFFLINE=1",
            "export APPTAINERENV_HF_HUB_OFFLINE=1 APPTAINERENV_MORE=1",
            "env.MORE",
        ),
        ("sif=/srv/images/", "sif=/srv/other/", "image"),
        (DIGEST.removeprefix("sha256:"), OTHER, "image"),
        ("machine=x86_64", "machine=aarch64", "architecture"),
        ("--cwd=/models", "--cwd=/", "working-folder"),
        ("target=/models,ro", "target=/models", "mount./models"),
        ("secret VLLM_API_KEY models/", "secret VLLM_API_KEY other/", "secret.VLLM_API_KEY"),
    ],
)
def test_every_edit_is_a_difference(old: str, new: str, fact: str) -> None:
    assert fact in [one.fact for one in found(RUNTIME, SERVICE, edited(FILES, old, new))]


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (f"reference=registry.example.org/vllm/vllm-openai@{DIGEST}", f"reference=x@{DIGEST}"),
        (f"\ndigest={DIGEST}", f"\ndigest=sha256:{OTHER}"),
        ("sif=/srv/images/vllm-openai-", "sif=/srv/images/vllm-"),
    ],
)
def test_a_job_that_makes_another_image_is_a_difference(old: str, new: str) -> None:
    files = edited(FILES, old, new, "image.sh")
    assert [one.fact for one in found(RUNTIME, SERVICE, files)] == ["image"]
