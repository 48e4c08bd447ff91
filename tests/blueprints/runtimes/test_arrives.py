"""Scripts of any service, run: what arrives at the container program is that service."""

import csv
import dataclasses
import tempfile
from collections.abc import Mapping
from pathlib import Path

import pytest
from hypothesis import given, settings

from blueprints.runtimes import registry
from blueprints.runtimes.apptainer.image import MACHINES, sif
from blueprints.service.service import Mount, Service
from blueprints.service.site import Site
from tests.blueprints.runtimes.example import free_port
from tests.blueprints.runtimes.law import written
from tests.blueprints.runtimes.stubs import Call, Stubs, secret_file
from tests.blueprints.service.services import pairs

PREFIX = "APPTAINERENV_"
CHOICE = {
    "cuda": "CUDA_VISIBLE_DEVICES",
    "rocm": "HIP_VISIBLE_DEVICES",
    "oneapi": "ZE_AFFINITY_MASK",
}


def started(program: str, service: Service, site: Site, folder: Path) -> Call:
    """The call that starts the container."""
    stubs = Stubs(folder / "stubs")
    stubs.add(program, '[ "$1" != info ] || echo cpu memory; [ "$1" = info ] || exit 7')
    stubs.add("curl")
    stubs.add("uname", f"echo {MACHINES[service.image.architecture]}")
    secret_file(stubs, service.name, {name: f"of {name}" for name in service.secrets})
    done = stubs.run(written(registry.runtime(program), service, site)["serve.sh"])
    assert done.returncode == 7, done.stderr
    return stubs.calls(program)[-1]


def after(call: Call, image: str) -> list[str]:
    """Arguments behind the image."""
    return list(call.arguments[call.arguments.index(image) + 1 :])


def values(call: Call, option: str, image: str) -> list[str]:
    """What stands behind ``option=`` before the image."""
    options = call.arguments[: call.arguments.index(image)]
    return [one.removeprefix(f"{option}=") for one in options if one.startswith(f"{option}=")]


def seen(program: str, call: Call, image: str) -> Mapping[str, str]:
    """The variables that a process in the container would have of it."""
    if program == "apptainer":
        given = {
            name.removeprefix(PREFIX): value
            for name, value in call.environment.items()
            if name.startswith(PREFIX)
        }
        return {**given, "HOME": values(call, "--home", image)[0]}
    made = {}
    for one in values(call, "--env", image):
        name, equals, value = one.partition("=")
        made[name] = value if equals else call.environment[name]
    return made


@pytest.mark.parametrize("program", ["podman", "docker", "apptainer"])
def test_what_arrives_is_the_service(program: str) -> None:
    @settings(max_examples=6, deadline=None)
    @given(pairs("alone"))
    def arrives(pair: tuple[Service, Site]) -> None:
        service, site = pair
        with tempfile.TemporaryDirectory() as name:
            folder = Path(name)
            (folder / "models").mkdir()
            mounts = (
                Mount("/models", f"{folder}/models", "models", read_only=True),
                Mount("/cache", f"{folder}/cache", "cache"),
            )
            service = dataclasses.replace(service, mounts=mounts, port=free_port())
            said = site.model_dump(mode="json", exclude_unset=True)
            folders = {"models": "/m", "cache": "/c", "images": f"{folder}/images"}
            site = Site.model_validate({**said, "folders": folders})
            file = Path(sif(service, site))
            file.parent.mkdir()
            file.touch()
            call = started(program, service, site, folder)
            image = str(file) if program == "apptainer" else service.image.reference
            entry = values(call, "--entrypoint", image)
            assert (*entry, *after(call, image)) == service.command
            variables = dict(seen(program, call, image))
            chosen = variables.pop(CHOICE[service.accelerator], None)
            if chosen is not None:
                assert len(chosen.split(",")) == service.devices
            secret = {name: f"of {name}" for name in service.secrets}
            assert variables == {**service.environment, **secret}
            assert not [word for word in call.arguments if word in secret.values()]
            sources = [next(csv.reader([one]))[1] for one in values(call, "--mount", image)]
            assert sources == [f"source={one.host}" for one in mounts]

    arrives()
