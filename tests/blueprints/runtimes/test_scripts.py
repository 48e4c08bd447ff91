"""Scripts of all runtimes, judged by the shell and by shellcheck."""

import dataclasses
import subprocess
import sys
from pathlib import Path

import pytest

from blueprints.runtimes import registry
from blueprints.service.service import Accelerator
from tests.blueprints.runtimes.example import HOPS, SERVICE
from tests.blueprints.runtimes.law import written

ON_HOSTS = ("podman", "docker", "apptainer")
KINDS: tuple[Accelerator, ...] = ("cuda", "rocm", "oneapi")
PLAIN = dataclasses.replace(SERVICE, secrets={}, environment={"HOME": "/cache"}, memory=0)


@pytest.fixture(scope="module")
def scripts(tmp_path_factory: pytest.TempPathFactory) -> list[Path]:
    folder = tmp_path_factory.mktemp("scripts")
    made = []
    for name in ON_HOSTS:
        for kind in KINDS:
            for label, service in (("full", SERVICE), ("plain", PLAIN)):
                service = dataclasses.replace(service, accelerator=kind)
                for path, content in written(registry.runtime(name), service, HOPS).items():
                    made.append(folder / f"{name}-{kind}-{label}-{path}")
                    made[-1].write_bytes(content)
    return made


def test_the_shell_can_read_them(scripts: list[Path]) -> None:
    for script in scripts:
        done = subprocess.run(["bash", "-n", script], capture_output=True, text=True, check=False)
        assert (done.returncode, done.stderr) == (0, "")


def test_shellcheck_has_nothing_to_say(scripts: list[Path]) -> None:
    # Texts of a service may look like expansions; that they do not expand is what is meant.
    program = Path(sys.executable).parent / "shellcheck"
    done = subprocess.run(
        [program, "--exclude=SC2016", *scripts], capture_output=True, text=True, check=False
    )
    assert done.stdout == ""
    assert done.returncode == 0
