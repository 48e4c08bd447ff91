"""The script that makes pods one Ray cluster, with the real Ray, all nodes on this machine."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from blueprints.runtimes.kubernetes import __file__ as folder_of
from tests.labs.ports import free_port

RAY = Path(os.environ.get("TUTELA_TEST_BATCH", f"{sys.prefix}/batch/bin"))
pytestmark = pytest.mark.real

ENGINE = """import ray, sys
ray.init(log_to_driver=False)
print("engine", sum(node["Alive"] for node in ray.nodes()), sys.argv[1:])
"""
MARK = "TUTELA_TEST_PODS"


class Pods:
    """Nodes of one group; all that they leave is ended with them."""

    def __init__(self, folder: Path) -> None:
        assert (RAY / "ray").is_file(), f"no {RAY}/ray: make test-real installs it"
        self.script = folder / "cluster.sh"
        text = Path(folder_of).with_name("cluster.sh").read_text(encoding="utf-8")
        assert text.count("port=6379") == 1
        self.script.write_text(text.replace("port=6379", f"port={free_port()}"), encoding="utf-8")
        self.environ = {
            "PATH": f"{RAY}:{os.environ['PATH']}",
            "HOME": str(folder),
            MARK: str(folder),
        }

    def start(self, address: str, *words: str) -> "subprocess.Popen[str]":
        return subprocess.Popen(
            ["bash", self.script, *words],
            env={**self.environ, "VLLM_HOST_IP": address},
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )

    def left(self) -> Iterator[int]:
        mark = f"{MARK}={self.environ[MARK]}".encode()
        for path in Path("/proc").glob("[0-9]*/environ"):
            try:
                if mark in path.read_bytes().split(b"\0"):
                    yield int(path.parent.name)
            except OSError:  # It has just ended, or is somebody else's.
                continue

    def end(self) -> None:
        while left := list(self.left()):
            for process in left:
                try:
                    os.kill(process, signal.SIGKILL)
                except ProcessLookupError:
                    continue
            time.sleep(0.1)


@pytest.fixture
def pods(tmp_path: Path) -> Iterator[Pods]:
    made = Pods(tmp_path)
    yield made
    made.end()


def test_the_engine_starts_only_when_all_pods_are_one_cluster(pods: Pods) -> None:
    engine = ["python3", "-c", ENGINE, "a b", "$(id)", "it's"]
    with pods.start("127.0.0.1", "head", "2", "90", *engine) as head:
        time.sleep(8)
        assert head.poll() is None  # It waits for the other one.
        with pods.start("127.0.0.2", "worker", "127.0.0.1", "90") as worker:
            said, _ = head.communicate(timeout=90)
            assert head.returncode == 0, said
            assert said.splitlines()[-1] == f"engine 2 {engine[3:]}"
            pods.end()
            worker.communicate(timeout=30)


def test_a_pod_that_never_comes_ends_the_group_in_its_bound(pods: Pods) -> None:
    begun = time.monotonic()
    with pods.start("127.0.0.1", "head", "2", "15", "echo", "started") as head:
        head.wait(timeout=90)
        pods.end()
        said, _ = head.communicate(timeout=30)
    assert head.returncode == 1
    assert time.monotonic() - begun < 15 + 45
    assert "not all 2 nodes came in time" in said
    assert "started\n" not in said
