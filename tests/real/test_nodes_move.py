"""A node moves to another cluster without a reboot: `move.yaml`, whole, and killed at its steps."""

import os
import re
import signal
from contextlib import suppress
from dataclasses import replace
from pathlib import Path

import pytest

from tests.labs.estate import FROM, NODES, TO, Estate, specification, write
from tests.labs.nodes import needs_root
from tests.labs.rancher_state import Registration
from tests.prove import ALL
from tests.real.test_nodes import FILES, NOTHING, QUICK, found_in, inside, only_one

pytestmark = [pytest.mark.real, needs_root]

NAME = next(iter(NODES))
STEPS = (
    "POST /k8s/clusters/[^/]+/api/v1/namespaces/default/pods/web-2/eviction",
    "TASK [leave : Leave nothing of the cluster on the node]",
    "DELETE /k8s/clusters/[^/]+/api/v1/nodes/.*",
    "DELETE /v3/nodes/.*",
    "DELETE /v1/cluster.x-k8s.io.machines/.*",
    "TASK [join : Make the agent's folders]",
    "GET /v3/connect/agent",
    "TASK [join : Give the node what Rancher answered]",
    "TASK [join : Start the agent]",
    "TASK [join : Wait until the node is ready]",
)
"""Where a run is killed: when a task begins, or before Rancher has answered a question."""
KILLED = STEPS if ALL else STEPS[1::2]
"""Each takes a run of the playbook: every second one, all of them with PROVE_SHARE=1."""
OLD = (
    "/etc/rancher/rke2/old.yaml",
    "/var/lib/rancher/rke2/agent/old",
    "/var/lib/kubelet/pods/old/data",
    "/etc/cni/net.d/old.conflist",
    "/var/lib/cni/networks/old",
    "/var/log/pods/old/0.log",
    "/usr/local/bin/rke2-killall.sh",
)


@pytest.fixture(scope="module")
def moved(world: Estate, tmp_path_factory: pytest.TempPathFactory) -> Estate:
    """A node of the first cluster that is in the second by the specification."""
    if not only_one(world.known(FROM, NAME)):
        ran = world.repository.play("join", "/".join(FROM), f"--limit={NAME}", more=QUICK)
        assert ran.code == 0, ran.end
    spec = specification(world.rancher, (NAME,))
    folder = tmp_path_factory.mktemp("moved") / "repository"
    return replace(world, repository=write(folder, spec, world.lab, world.token))


def family(first: int) -> list[int]:
    """A process of this machine and what it started, parents first; none of a host's.

    Ansible's workers are sessions of their own: what they began they would complete.
    """
    children: dict[int, list[int]] = {}
    for number in map(int, filter(str.isdigit, os.listdir("/proc"))):
        try:
            parent = Path(f"/proc/{number}/stat").read_text().rpartition(")")[2].split()[1]
            if os.readlink(f"/proc/{number}/ns/pid") == os.readlink("/proc/self/ns/pid"):
                children.setdefault(int(parent), []).append(number)
        except OSError:
            continue
    found = [first]
    for number in found:
        found += children.get(number, [])
    return found


def killed_at(world: Estate, step: str) -> bool:
    """Run the short playbook until a step, and kill all of it there. False: it never came there."""
    process = world.repository.start(
        "short-move",
        "/".join(TO),
        f"--limit={NAME}",
        more=QUICK,
        environment={"ANSIBLE_DISPLAY_OK_HOSTS": "true", "ANSIBLE_DISPLAY_SKIPPED_HOSTS": "true"},
    )
    killed = False

    def kill() -> None:
        nonlocal killed
        killed = True
        for number in family(process.pid):
            with suppress(ProcessLookupError):
                os.kill(number, signal.SIGKILL)

    def before(method: str, path: str) -> None:
        if not killed and re.fullmatch(step, f"{method} {path}"):
            kill()

    if not step.startswith("TASK"):
        world.rancher.before = before
    with process:
        assert process.stdout is not None
        for line in process.stdout:
            if not killed and line.startswith(step):
                kill()
    world.rancher.before = lambda method, path: None
    return killed


def plant(world: Estate) -> None:
    """Things of the old cluster on the node, besides what its agent left."""
    node = world.node(NAME)
    for path in OLD:
        node.path(path).parent.mkdir(parents=True, exist_ok=True)
        node.path(path).write_text("old")
    node.run("mkdir", "-p", "/var/lib/kubelet/pods/old/volume")
    node.run("mount", "-t", "tmpfs", "old", "/var/lib/kubelet/pods/old/volume")
    node.run("ip", "link", "add", "cni0", "type", "bridge")
    rules = node.run("iptables-save")
    node.run("iptables-restore", text=rules.replace("COMMIT", "-A KUBE-OLD -j DROP\nCOMMIT"))


def test_a_dry_run_moves_nothing(moved: Estate) -> None:
    plant(moved)
    before = inside(moved.node(NAME), FILES)
    moved.rancher.requests.clear()
    ran = moved.repository.play(
        "short-move", "/".join(TO), f"--limit={NAME}", "--check", more=QUICK
    )
    assert ran.code == 0, ran.end
    assert moved.rancher.changes() == []
    assert inside(moved.node(NAME), FILES) == before


def test_a_run_that_is_killed_at_any_step_is_completed_by_the_next(moved: Estate) -> None:
    state = moved.rancher.state
    for pod in ("web-1", "web-2"):
        state.pod("-".join(FROM), NAME, pod)
    boot = moved.node(NAME).run("cat", "/proc/sys/kernel/random/boot_id")
    reached = [step for step in KILLED if killed_at(moved, step)]
    assert reached == list(KILLED)
    ran = moved.repository.play("move", "/".join(TO), f"--limit={NAME}", more=QUICK)
    assert ran.code == 0, ran.end
    assert only_one(moved.known(TO, NAME))
    assert moved.known(FROM, NAME) == NOTHING
    assert moved.node(NAME).run("cat", "/proc/sys/kernel/random/boot_id") == boot


def test_nothing_of_the_old_cluster_is_left_on_the_node(moved: Estate) -> None:
    node = moved.node(NAME)
    assert [path for path in OLD if node.path(path).exists()] == []
    assert "old" not in node.run("cat", "/proc/mounts")
    assert "KUBE-OLD" not in node.run("iptables-save")
    assert "the site's own" in node.run("iptables-save")
    assert "cni0" not in node.run("ip", "-o", "link")
    old = moved.rancher.state.clusters["-".join(FROM)]
    config = node.path("/etc/rancher/rke2/config.yaml.d/50-rancher.yaml").read_text()
    assert old.id not in config
    assert old.server_token not in config


def test_moving_again_changes_nothing(moved: Estate) -> None:
    before: Registration = moved.known(TO, NAME)
    ran = moved.repository.play("move", "/".join(TO), f"--limit={NAME}", more=QUICK)
    assert (ran.code, ran.changed) == (0, {NAME: 0}), ran.end
    assert moved.known(TO, NAME) == before


def test_a_whole_pool_is_never_moved_because_nobody_said_which_nodes(moved: Estate) -> None:
    ran = moved.repository.play("move", "/".join(TO), more=QUICK)
    assert ran.code != 0
    assert "--limit" in ran.end
    assert ran.changed.get(NAME, 0) == 0


def test_a_killed_run_leaves_no_key_behind(moved: Estate) -> None:
    key = moved.token.partition(":")[2]
    assert found_in(key, moved, NAME) == ""
