import dataclasses
import itertools
import subprocess
import sys
from pathlib import Path

import pytest

from blueprints.runtimes.batch.write import LEAD, PORTS, limit
from blueprints.runtimes.registry import runtime
from blueprints.service.service import Gather
from tests.blueprints.runtimes.batch.jobs import GATHERS, at, service
from tests.blueprints.runtimes.law import written

WAYS = list(itertools.product(("slurm", "flux"), ("podman", "apptainer"), GATHERS))


def files(scheduler: str, container: str, gather: Gather) -> dict[str, bytes]:
    return written(runtime(scheduler), service(gather), at(scheduler, container))


@pytest.mark.parametrize(("scheduler", "container", "gather"), WAYS)
def test_a_job_has_the_files_that_it_needs(scheduler: str, container: str, gather: Gather) -> None:
    more = {"cluster.sh"} if gather == "ray" else set()
    more |= {"image.sh"} if container == "apptainer" else set()
    assert files(scheduler, container, gather).keys() == {"job.sh", "node.sh", *more}


def test_shellcheck_has_nothing_to_say(tmp_path: Path) -> None:
    scripts = []
    ways = [way for way in WAYS if way[:2] in (("slurm", "podman"), ("flux", "apptainer"))]
    contents = {content for way in ways for content in files(*way).values()}
    for number, content in enumerate(sorted(contents)):
        scripts.append(tmp_path / f"{number}.sh")
        scripts[-1].write_bytes(content)
    for script in scripts:
        assert subprocess.run(["bash", "-n", script], check=False).returncode == 0
    program = Path(sys.executable).parent / "shellcheck"
    # Texts of a service may look like expansions; that they do not expand is what is meant.
    done = subprocess.run(
        [program, "--exclude=SC2016", *scripts], capture_output=True, text=True, check=False
    )
    assert (done.stdout, done.returncode) == ("", 0)


def test_a_job_makes_way_before_its_time_is_over() -> None:
    assert limit(at("slurm", "podman").scheduler) == 24 * 3600 - LEAD


def test_the_heads_port_is_none_that_ray_gives_to_its_workers() -> None:
    # Ray refuses a head whose port lies among those of its workers, from 10002 on.
    assert PORTS["ray"] < 10002
    assert PORTS["ray"] != service("ray").port


@pytest.mark.parametrize("gather", GATHERS)
def test_texts_of_a_service_stand_in_no_line_that_the_scheduler_reads(gather: Gather) -> None:
    meant = dataclasses.replace(
        service(gather), environment={"X": "\n#SBATCH --nodes=9\n# flux: -N9\n"}
    )
    for name in ("slurm", "flux"):
        made = written(runtime(name), meant, at(name, "podman"))
        lines = [line for file in made.values() for line in file.decode().splitlines()]
        assert not [line for line in lines if line.startswith(("#SBATCH --nodes=9", "# flux: -N9"))]


def test_a_token_of_the_cluster_is_in_no_argument() -> None:
    node = files("slurm", "podman", "ray")["node.sh"].decode()
    start = node[node.index("podman run") :]
    assert "--env=RAY_AUTH_TOKEN \\\n" in start
    assert "$token" not in start
