import dataclasses
import re

import pytest
from hypothesis import given, settings

from blueprints.runtimes.podman import RUNTIME
from blueprints.runtimes.runtime import ReadError
from blueprints.service.service import Service
from blueprints.service.site import Site
from tests.blueprints.runtimes.example import HOPS, SERVICE
from tests.blueprints.runtimes.law import edited, found, written
from tests.blueprints.service.services import pairs

FILES = written(RUNTIME, SERVICE, HOPS)
IMAGE = "  registry.example.org"


@settings(max_examples=12, deadline=None)
@given(pairs("alone"))
def test_what_was_written_is_read_back(pair: tuple[Service, Site]) -> None:
    service, site = pair
    assert found(RUNTIME, service, written(RUNTIME, service, site)) == []


@pytest.mark.parametrize(
    ("old", "new", "fact"),
    [
        ("--rm", "--rm --privileged", "option.--privileged"),
        ("--rm", "--rm --cap-add SYS_ADMIN", "option.--cap-add=SYS_ADMIN"),
        ("  --http-proxy=false \\\n", "", "option.--http-proxy=false"),
        ("--network=host", "--network=none", "option.--network=host"),
        ("--env=HF_HUB_OFFLINE=1", "--env=HF_HUB_OFFLINE=0", "env.HF_HUB_OFFLINE"),
        ("--env=X_EMPTY=", "--env=X_EMPTY", "env.X_EMPTY"),
        ("--env=VLLM_API_KEY", "--env=VLLM_API_KEY=key", "env.VLLM_API_KEY"),
        ("  --env=VLLM_API_KEY \\\n", "", "option.secret VLLM_API_KEY"),
        ("models/scout/api-key", "models/other/api-key", "secret.VLLM_API_KEY"),
        (",readonly", "", "mount./models"),
        (",readonly", ",readonly,relabel=shared", "mount./models"),
        ("nvidia.com/gpu=3", "nvidia.com/gpu=2", "devices"),
        ("nvidia.com/gpu=3", "all", "accelerator"),
        ("linux/amd64", "linux/arm64", "architecture"),
        ("--ipc=host", "--shm-size=1g", "shared-memory"),
        ("--ipc=host", "--rm", "shared-memory"),
        ("limits+=(--cpus=72)", "limits+=(--cpus=71)", "processors"),
        ("--workdir=/models", "--workdir=/", "working-folder"),
        ("--entrypoint=vllm", "--entrypoint=bash", "argv.0"),
        ("\nstart_seconds=1800", "\nstart_seconds=18", "probe.start-seconds"),
        ("\nport=8000", "\nport=80", "port"),
        ("--name=scout", "--name=other", "name"),
        ("  serve \\\n", "  serve \\\n  --trust-remote-code \\\n", "argv.2"),
        ("server=$!", "probe_path=/\nserver=$!", "probe.path"),
        ("server=$!", "if true; then port=80; fi\nserver=$!", "port"),
    ],
)
def test_every_edit_is_a_difference(old: str, new: str, fact: str) -> None:
    assert fact in [one.fact for one in found(RUNTIME, SERVICE, edited(FILES, old, new))]


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("--env=X_EMPTY=", "--env=HOME=/", "HOME is given twice"),
        ("server=$!", "podman run x\nserver=$!", "serve.sh:1: podman run stands 2 times, not once"),
        ("--env=X_EMPTY=", "$MORE", "a variable that is not known beforehand: MORE"),
        ("--env=X_EMPTY=", '"$(id)"', "known only when it runs: id"),
        ("type=bind,source=/srv/models", "type=tmpfs", "not a folder of the host"),
        ("--name=scout", "--name=scout --name=b", "--name stands 2 times"),
    ],
)
def test_what_cannot_be_known_is_refused(old: str, new: str, said: str) -> None:
    with pytest.raises(ReadError, match=re.escape(said)):
        RUNTIME.read(edited(FILES, old, new))


def test_a_missing_script_is_told() -> None:
    with pytest.raises(ReadError, match=r"serve\.sh:1: there is no such file"):
        RUNTIME.read({})


def test_options_may_be_written_in_two_words() -> None:
    files = edited(FILES, "--name=scout", "--name 'scout'")
    files = edited(files, "--workdir=/models", "-w /models")
    assert found(RUNTIME, SERVICE, files) == []


def test_a_size_of_shared_memory_is_read() -> None:
    service = dataclasses.replace(SERVICE, shared_memory=1 << 30)
    assert found(RUNTIME, service, written(RUNTIME, service, HOPS)) == []
