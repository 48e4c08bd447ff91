"""Rendered jobs on a real Slurm of two nodes: a stub engine serves, and everything else is real.

Only Podman and Apptainer are small programs: they run a container's command here, with the
container's variables and nothing else. The engine listens and answers; with ranks, its head answers
once all ranks are connected to it.
"""

import getpass
import os
import re
import signal
import subprocess
import sys
import tempfile
import urllib.request
from collections.abc import Collection, Iterator
from pathlib import Path
from typing import Any

import pytest

from blueprints.runtimes.batch import write
from blueprints.runtimes.registry import runtime
from blueprints.service.service import Probe, Service
from tests.blueprints.runtimes.batch.lab import Lab, option
from tests.blueprints.runtimes.example import SERVICE, site
from tests.labs.ports import free_port
from tests.labs.slurm import Slurm, missing

pytestmark = [
    pytest.mark.real,
    pytest.mark.skipif(bool(missing()), reason="no Slurm here, and it is no Python package"),
]
REAL = ("srun", "sbatch", "scancel", "scontrol", "curl", "sleep", "timeout", "ip", "uname")
ENGINE = f"""exec {sys.executable} -ISE - "$@" 3<&0 <<'END'
import http.server, os, socket, sys, time

options = dict(one[2:].partition("=")[::2] for one in sys.argv[1:] if one.startswith("--"))
master = (options.get("master-addr"), int(options.get("master-port", 0)))
if "headless" in options:
    while True:
        try:
            peer = socket.create_connection(master)
            break
        except OSError:
            time.sleep(0.1)
    peer.recv(1)
    sys.exit(4)
others = []
if "nnodes" in options:
    door = socket.create_server(master)
    others = [door.accept() for _ in range(int(options["nnodes"]) - 1)]

class Answer(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        self.send_response(200 if self.path == "/health" else 404)
        self.end_headers()
        self.wfile.write(str(os.getpid()).encode())

    def log_message(self, *_):
        pass

http.server.HTTPServer(("0.0.0.0", int(options["port"])), Answer).serve_forever()
END
"""


@pytest.fixture(scope="module")
def slurm() -> Iterator[Slurm]:
    with (
        tempfile.TemporaryDirectory(prefix="slurm", dir="/tmp") as name,
        Slurm(Path(name), nodes=2) as server,
    ):
        yield server


class Job:
    """A render that is submitted, and what Slurm says of it."""

    def __init__(
        self,
        slurm: Slurm,
        folder: Path,
        container: str = "podman",
        real: Collection[str] = REAL,
        **changes: Any,
    ) -> None:
        self.slurm = slurm
        self.lab = Lab(folder, real=real)
        self.lab.stubs.add("vllm", ENGINE)
        port = free_port()
        kept = {"interface": "lo", "probe": Probe("/health", 60, 1), "gather_seconds": 60}
        self.service, _ = self.lab.place("slurm", container, port, **{**kept, **changes})
        self.state = self.lab.stubs.folder / "home/.local/state/tutela/scout"
        self.id = ""

    def submit(self, *words: str) -> None:
        """As a person does, in the folder of the render."""
        environ = {**self.slurm.environ, **self.lab.environment()}
        environ["PATH"] += f":{os.path.dirname(sys.executable)}"
        self.id = subprocess.run(
            ["sbatch", "--parsable", "job.sh", *words],
            cwd=self.lab.render,
            env=environ,
            check=True,
            capture_output=True,
            text=True,
        ).stdout.strip()

    def shown(self, job: str | None = None) -> dict[str, str]:
        """All that Slurm knows of a job."""
        said = self.slurm.run("scontrol", "--oneliner", "show", "job", job or self.id)
        return dict(re.findall(r"(\w+)=(\S*)", said))

    def log(self) -> str:
        """What the job has said."""
        file = self.lab.render / f"scout-{self.id}.log"
        return file.read_text() if file.exists() else ""

    def until_it_answers(self) -> int:
        """Process id of the engine's head."""
        self.slurm.until(lambda: "answers at" in self.log(), f"no server: {self.log()}")
        endpoint = (self.state / "endpoint").read_text().strip()
        assert endpoint == f"http://127.0.0.1:{self.service.port}"
        with urllib.request.urlopen(f"{endpoint}/health", timeout=5) as answer:
            return int(answer.read())

    def until_it_ends(self, job: str | None = None) -> dict[str, str]:
        """What became of it."""
        states = ("COMPLETED", "FAILED", "CANCELLED", "TIMEOUT")

        def over() -> bool:
            shown = self.shown(job)
            return shown["JobState"] in states

        self.slurm.until(over, f"the job does not end: {self.log()}")
        self.slurm.until(lambda: not self.lab.left(), "something of the job is left")
        return self.shown(job)


def test_slurm_takes_every_kind_of_job(slurm: Slurm, tmp_path: Path) -> None:
    for container in ("podman", "apptainer"):
        for gather, nodes in (("alone", 1), ("ray", 2), ("engine", 2)):
            where = site(scheduler={"type": "slurm", "container": container, "hours": 24})
            service = {**SERVICE.__dict__, "gather": gather, "nodes": nodes}
            folder = tmp_path / f"{container}-{gather}"
            folder.mkdir()
            for file in runtime("slurm").write(Service(**service), where):
                (folder / file.path).write_bytes(file.content)
            slurm.run("sbatch", "--test-only", "--chdir", str(folder), str(folder / "job.sh"))


@pytest.mark.parametrize("container", ["podman", "apptainer"])
def test_one_node_serves_until_it_is_cancelled(
    slurm: Slurm, tmp_path: Path, container: str
) -> None:
    job = Job(slurm, tmp_path, container)
    job.submit()
    job.until_it_answers()
    (call,) = job.lab.stubs.calls("vllm")
    assert ("vllm", *call.arguments) == job.service.command
    assert call.environment["X_HOSTILE"] == job.service.environment["X_HOSTILE"]
    assert call.environment["VLLM_API_KEY"] == "a=b $(id) 'c'"
    slurm.run("scancel", job.id)
    assert job.until_it_ends()["JobState"] == "CANCELLED"


def test_two_nodes_find_each_other_by_rank(slurm: Slurm, tmp_path: Path, ports: int) -> None:
    job = Job(slurm, tmp_path, nodes=2, gather="engine")
    job.submit()
    job.until_it_answers()
    calls = {option(one, "--node-rank"): one for one in job.lab.stubs.calls("vllm")}
    assert calls.keys() == {"0", "1"}
    assert [calls[rank].environment["NODE"] for rank in ("0", "1")] == ["n0", "n1"]
    assert "--headless" in calls["1"].arguments
    assert "--headless" not in calls["0"].arguments
    assert option(calls["1"], "--master-port") == str(ports)
    slurm.run("scancel", job.id)
    assert job.until_it_ends()["JobState"] == "CANCELLED"


def test_two_nodes_become_one_cluster_before_anything_is_served(
    slurm: Slurm, tmp_path: Path
) -> None:
    # Ray is a small program here; tests/real/test_model_ray.py has the real one.
    real = [one for one in REAL if one != "timeout"]
    job = Job(slurm, tmp_path, real=real, nodes=2, gather="ray")
    job.lab.say("late", "n1\n")
    job.submit()
    slurm.until(lambda: job.lab.called("ray") == 1, f"no head: {job.log()}")
    (job.lab.calls / "late").unlink()
    job.until_it_answers()
    nodes = {
        "--head" in one.arguments: one.environment["NODE"] for one in job.lab.stubs.calls("ray")
    }
    assert nodes == {True: "n0", False: "n1"}
    (call,) = job.lab.stubs.calls("vllm")
    assert ("vllm", *call.arguments) == job.service.command
    slurm.run("scancel", job.id)
    assert job.until_it_ends()["JobState"] == "CANCELLED"


def test_a_head_that_dies_takes_its_workers_with_it(
    slurm: Slurm, tmp_path: Path, ports: int
) -> None:
    job = Job(slurm, tmp_path, nodes=2, gather="engine")
    job.submit()
    os.kill(job.until_it_answers(), signal.SIGKILL)
    ended = job.until_it_ends()
    assert (ended["JobState"], ended["ExitCode"]) == ("FAILED", "137:0")


def test_a_worker_that_never_comes_ends_the_job_in_its_bound(
    slurm: Slurm, tmp_path: Path, ports: int
) -> None:
    job = Job(slurm, tmp_path, nodes=2, gather="engine", gather_seconds=5)
    job.lab.say("absent", "n1\n")
    job.submit()
    ended = job.until_it_ends()
    assert (ended["JobState"], ended["ExitCode"]) == ("FAILED", "1:0")
    assert "no start on all 2 nodes in time" in job.log()


def test_a_job_hands_over_to_the_next_before_its_time_is_over(slurm: Slurm, tmp_path: Path) -> None:
    job = Job(slurm, tmp_path)
    job.submit("keep")
    first = job.until_it_answers()
    (following,) = re.findall(r"job (\d+) follows", job.log())
    waits = job.shown(following)
    assert (waits["JobState"], waits["Reason"]) == ("PENDING", "Dependency")
    assert waits["Dependency"].startswith(f"afterany:{job.id}(")
    # What Slurm does by itself five minutes before the end.
    slurm.run("scancel", "--batch", "--signal=USR1", job.id)
    slurm.until(lambda: job.shown()["JobState"] == "COMPLETED", "the job does not make way")
    job.id = following
    assert job.until_it_answers() != first
    (third,) = re.findall(r"job (\d+) follows", job.log())
    slurm.run("scancel", job.id)
    assert job.until_it_ends()["JobState"] == "CANCELLED"
    # Whoever cancels a server does not want the next.
    slurm.until(lambda: job.shown(third)["JobState"] == "CANCELLED", "the next job is left")


def test_a_server_that_dies_is_started_again(slurm: Slurm, tmp_path: Path) -> None:
    job = Job(slurm, tmp_path)
    job.submit("keep")
    first = job.until_it_answers()
    os.kill(first, signal.SIGKILL)
    slurm.until(lambda: job.log().count("answers at") == 2, f"not again: {job.log()}")
    assert job.until_it_answers() != first
    assert "starts again (1 of 3)" in job.log()
    slurm.run("scancel", job.id)
    job.until_it_ends()


@pytest.fixture
def ports(monkeypatch: pytest.MonkeyPatch) -> int:
    """A port for the engine's own rendezvous that is free here."""
    port = free_port()
    monkeypatch.setitem(write.PORTS, "engine", port)
    return port


@pytest.fixture(autouse=True)
def nothing_is_left(slurm: Slurm) -> Iterator[None]:
    yield
    slurm.run("scancel", "--user", getpass.getuser())
    slurm.until(lambda: not slurm.run("squeue", "--noheader"), "jobs are left")
