"""Rendered jobs whose nodes become one real Ray cluster, all of them on this machine."""

import json
import os
import signal
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from blueprints.runtimes.batch import write
from tests.blueprints.runtimes.batch.lab import Lab
from tests.labs.ports import free_port

RAY = Path(os.environ.get("TUTELA_TEST_BATCH", f"{sys.prefix}/batch/bin"))
pytestmark = pytest.mark.real

REAL = ("ray", "python3", "sleep", "timeout", "ip", "uname")
ENGINE = """python3 - >"$STUBS/seen.new" <<'END'
import json, os, ray

ray.init(log_to_driver=False)
alive = [node for node in ray.nodes() if node["Alive"]]
print(json.dumps({"nodes": len(alive), "resources": ray.cluster_resources()}))
END
mv "$STUBS/seen.new" "$STUBS/seen"
trap 'exit 0' TERM
touch "$STUBS/ready"
while [ -e "$STUBS/ready" ]; do /bin/sleep 0.1; done
exit 9
"""
"""What an engine does first: it asks Ray for all nodes. Ends when the file is taken away."""


@pytest.fixture
def lab(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Lab]:
    assert (RAY / "ray").is_file(), f"no {RAY}/ray: make test-real installs it"
    monkeypatch.setitem(write.PORTS, "ray", free_port())
    with Lab(tmp_path, real=REAL, inside=RAY) as made:
        made.stubs.add("vllm", ENGINE)
        yield made
        made.kill()


def place(lab: Lab, gather_seconds: int, container: str = "podman") -> None:
    lab.place(
        "slurm", container, nodes=2, gather="ray", gather_seconds=gather_seconds, interface="lo"
    )


def nothing_is_left(lab: Lab) -> None:
    # Agents of Ray's notice late that their node is gone; a container's own processes end with it.
    lab.until(lambda: not [one for one in lab.left() if not one.startswith("ray::")], 30)


@pytest.mark.parametrize("container", ["podman", "apptainer"])
def test_the_engine_starts_only_when_head_and_worker_are_one_cluster(
    lab: Lab, container: str
) -> None:
    place(lab, 90, container)
    if container == "podman":
        lab.say("late", "n1\n")
    lab.start()
    if container == "podman":
        # The head is up, and waits.
        lab.until(lambda: lab.listens(write.PORTS["ray"]), 60)
        time.sleep(3)
        assert lab.called("vllm") == 0
        (lab.calls / "late").unlink()
    lab.until(lambda: (lab.calls / "seen").exists(), 90)
    seen = json.loads((lab.calls / "seen").read_text())
    assert (seen["nodes"], seen["resources"]["GPU"]) == (2, 8.0)
    lab.ready()
    lab.signal(signal.SIGTERM)
    assert lab.end(90)[0] == 143
    nothing_is_left(lab)


def test_a_server_that_ends_takes_the_cluster_with_it(lab: Lab) -> None:
    place(lab, 90)
    lab.start()
    lab.ready()
    (lab.calls / "ready").unlink()
    assert lab.end(90)[0] == 9
    nothing_is_left(lab)


def test_a_worker_that_starts_but_never_joins_ends_the_job_in_its_bound(lab: Lab) -> None:
    place(lab, 20)
    # The worker of this job believes that the head is elsewhere.
    script = lab.render / "node.sh"
    text = script.read_text()
    assert text.count('"$head_address"') == 1
    elsewhere = '"$([ "$role" = head ] && echo "$head_address" || echo 192.0.2.99)"'
    script.write_text(text.replace('"$head_address"', elsewhere))
    lab.start()
    begun = time.monotonic()
    code, said = lab.end(60)
    assert code == 1
    assert time.monotonic() - begun < 20 + 25
    # Head and worker wait equally long, and one of them is first.
    assert "not all 2 nodes came in time" in said or "no Ray head at 192.0.2.99" in said
    assert lab.called("vllm") == 0
    nothing_is_left(lab)


def test_whoever_has_no_token_of_the_job_cannot_join(lab: Lab) -> None:
    place(lab, 90)
    lab.start()
    lab.ready()
    address = f"127.0.0.1:{write.PORTS['ray']}"
    program = f"import ray; ray.init(address={address!r}, log_to_driver=False)"
    done = lab.run([str(RAY / "python3"), "-c", program], 60)
    assert done.returncode != 0
    assert "token" in done.stderr
