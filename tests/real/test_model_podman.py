"""Debian's Podman makes a container as the script says; what it then knows of it is the service."""

import dataclasses
import io
import json
import os
import shutil
import subprocess
import tarfile
from pathlib import Path
from typing import Any

import pytest

from blueprints.runtimes.podman import RUNTIME
from blueprints.service.service import Image, Service
from tests.blueprints.runtimes.example import HOPS, free_port, placed
from tests.blueprints.runtimes.law import written
from tests.blueprints.runtimes.stubs import Stubs, secret_file

pytestmark = pytest.mark.real

NAME = "registry.example.org/vllm/vllm-openai"


@dataclasses.dataclass(frozen=True)
class Podman:
    """Podman with its own storage, so that nothing of the machine's is used."""

    folder: Path
    environment: dict[str, str]

    def __call__(self, *words: str, given: bytes = b"") -> str:
        """Its output; raises for a code other than 0."""
        done = subprocess.run(
            ["podman", *words],
            input=given,
            env={**os.environ, **self.environment},
            capture_output=True,
            check=False,
            timeout=120,
        )
        assert done.returncode == 0, done.stderr.decode()
        return done.stdout.decode()


@pytest.fixture
def podman(tmp_path: Path) -> Podman:
    assert shutil.which("podman"), "there is no podman: .ci/run installs it"
    storage = tmp_path / "storage.conf"
    storage.write_text(
        f'[storage]\ndriver = "vfs"\ngraphroot = "{tmp_path}/store"\nrunroot = "{tmp_path}/run"\n'
    )
    engine = tmp_path / "containers.conf"
    engine.write_text('[engine]\ncgroup_manager = "cgroupfs"\nevents_logger = "file"\n')
    return Podman(
        tmp_path, {"CONTAINERS_CONF": str(engine), "CONTAINERS_STORAGE_CONF": str(storage)}
    )


def image(podman: Podman) -> Image:
    """An image with one empty file, by the digest that Podman gives it."""
    content = io.BytesIO()
    with tarfile.open(fileobj=content, mode="w") as tar:
        tar.addfile(tarfile.TarInfo("empty"))
    podman("import", "--quiet", "--arch", "amd64", "-", f"{NAME}:test", given=content.getvalue())
    digest = podman("images", "--digests", "--format", "{{.Digest}}", NAME).strip()
    return Image(NAME, digest, "amd64")


def created(podman: Podman, service: Service) -> dict[str, Any]:
    """The container that the script would start, as Podman describes it."""
    stubs = Stubs(podman.folder / "stubs", dict(podman.environment))
    stubs.add("curl")
    create = 'exec /usr/bin/podman create "${@:2}" >"$STUBS/made" 2>"$STUBS/said"'
    stubs.add("podman", f'[ "$1" = run ] || exec /usr/bin/podman "$@"\n{create}')
    secret_file(stubs, service.name, {name: "key of the test" for name in service.secrets})
    done = stubs.run(written(RUNTIME, service, HOPS)["serve.sh"], seconds=120)
    said = stubs.folder / "calls" / "said"
    assert done.returncode == 0, done.stderr + (said.read_text() if said.exists() else "")
    found: dict[str, Any] = json.loads(podman("container", "inspect", service.name))[0]
    podman("rm", service.name)
    return found


def test_podman_understands_the_script_as_it_is_meant(podman: Podman, tmp_path: Path) -> None:
    service = dataclasses.replace(
        placed(tmp_path, free_port()), image=image(podman), accelerator="cuda", devices=2
    )
    found = created(podman, service)
    config = found["Config"]
    assert found["ImageDigest"] == service.image.digest
    assert (found["Path"], *found["Args"]) == service.command
    variables = dict(one.split("=", 1) for one in config["Env"])
    wanted = {**service.environment, "VLLM_API_KEY": "key of the test"}
    assert {name: variables.get(name) for name in wanted} == wanted
    assert not [name for name in variables if name.lower().endswith("_proxy")]
    assert config["WorkingDir"] == "/models"
    mounts = {one["Destination"]: (one["Source"], one["RW"]) for one in found["Mounts"]}
    assert mounts == {one.target: (one.host, not one.read_only) for one in service.mounts}
    host = found["HostConfig"]
    assert host["NetworkMode"] == "host"
    assert "no-new-privileges" in host["SecurityOpt"]
    assert host["NanoCpus"] in (0, service.processors * 10**9)


def test_podman_gives_the_shared_memory_that_is_asked_for(podman: Podman, tmp_path: Path) -> None:
    service = dataclasses.replace(
        placed(tmp_path, free_port()), image=image(podman), shared_memory=1 << 30
    )
    assert created(podman, service)["HostConfig"]["ShmSize"] == 1 << 30
