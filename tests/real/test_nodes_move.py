"""A node moves to another cluster without a reboot: `move.yaml`, whole, and killed at each step."""

import os
import re
import signal
from collections.abc import Iterator
from dataclasses import replace

import pytest

from tests.labs.estate import FROM, NODES, TO, Estate, estate, specification, write
from tests.labs.nodes import needs_root
from tests.labs.rancher_state import Registration
from tests.real.test_nodes import FILES, NOTHING, QUICK, found_in, inside, only_one

pytestmark = [pytest.mark.real, needs_root]

NAME = next(iter(NODES))
SHORT = """
- name: What move.yaml does, without what it asks of the network and the system before
  hosts: metal:hpc
  gather_facts: true
  gather_subset: ["!all", env]
  tasks:
    - ansible.builtin.import_role: {name: conditions, tasks_from: authorization}
    - ansible.builtin.import_role: {name: move}
    - ansible.builtin.import_role: {name: join}
"""
STEPS = (
    "TASK [leave : Let no further pod come]",
    "TASK [leave : Evict the pods]",
    "POST /k8s/clusters/[^/]+/api/v1/namespaces/default/pods/web-2/eviction",
    "TASK [leave : Leave nothing of the cluster on the node]",
    "DELETE /k8s/clusters/[^/]+/api/v1/nodes/.*",
    "DELETE /k8s/clusters/[^/]+/api/v1/namespaces/kube-system/secrets/.*",
    "DELETE /v3/nodes/.*",
    "DELETE /v1/cluster.x-k8s.io.machines/.*",
    "TASK [join : Make the agent's folders]",
    "TASK [join : Write the agent's service]",
    "GET /v3/connect/agent",
    "TASK [join : Give the node what Rancher answered]",
    "TASK [join : Start the agent]",
    "TASK [join : Wait until the node is ready]",
)
"""Where a run is killed: when a task begins, or before Rancher has answered a question."""
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
def world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Estate]:
    """A node that has joined the first cluster; by the specification it is in the second now."""
    folder = tmp_path_factory.mktemp("move")
    with estate(folder, NAME) as made:
        joins = made.repository.folder / "ansible/playbooks/short.yaml"
        joins.write_text(SHORT)
        ran = made.repository.play("short", "/".join(FROM), f"--limit={NAME}", more=QUICK)
        assert ran.code == 0, ran.end
        assert only_one(made.known(FROM, NAME))
        moved = specification(made.rancher, (NAME,))
        there = write(folder / "moved", moved, made.lab, made.token)
        (there.folder / "ansible/playbooks/short.yaml").write_text(SHORT)
        yield replace(made, repository=there)


def killed_at(world: Estate, step: str) -> bool:
    """Run the short playbook until a step, and kill all of it there. False: it never came there."""
    process = world.repository.start(
        "short",
        "/".join(TO),
        f"--limit={NAME}",
        more=QUICK,
        environment={"ANSIBLE_DISPLAY_OK_HOSTS": "true", "ANSIBLE_DISPLAY_SKIPPED_HOSTS": "true"},
    )
    killed = False

    def kill() -> None:
        nonlocal killed
        killed = True
        os.killpg(process.pid, signal.SIGKILL)

    def before(method: str, path: str) -> None:
        if not killed and re.fullmatch(step, f"{method} {path}"):
            kill()

    if not step.startswith("TASK"):
        world.rancher.before = before
    assert process.stdout is not None
    for line in process.stdout:
        if not killed and line.startswith(step):
            kill()
    process.wait(timeout=60)
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


def test_a_dry_run_moves_nothing(world: Estate) -> None:
    plant(world)
    before = inside(world.node(NAME), FILES)
    world.rancher.requests.clear()
    ran = world.repository.play("move", "/".join(TO), f"--limit={NAME}", "--check", more=QUICK)
    assert ran.code == 0, ran.end
    assert world.rancher.changes() == []
    assert inside(world.node(NAME), FILES) == before


def test_a_run_that_is_killed_at_any_step_is_completed_by_the_next(world: Estate) -> None:
    state = world.rancher.state
    for pod in ("web-1", "web-2"):
        state.pod("-".join(FROM), NAME, pod)
    boot = world.node(NAME).run("cat", "/proc/sys/kernel/random/boot_id")
    reached = [step for step in STEPS if killed_at(world, step)]
    assert reached == list(STEPS)
    ran = world.repository.play("move", "/".join(TO), f"--limit={NAME}", more=QUICK)
    assert ran.code == 0, ran.end
    assert only_one(world.known(TO, NAME))
    assert world.known(FROM, NAME) == NOTHING
    assert len(state.machines) == 1
    assert world.node(NAME).run("cat", "/proc/sys/kernel/random/boot_id") == boot


def test_nothing_of_the_old_cluster_is_left_on_the_node(world: Estate) -> None:
    node = world.node(NAME)
    assert [path for path in OLD if node.path(path).exists()] == []
    assert "old" not in node.run("cat", "/proc/mounts")
    assert "KUBE-OLD" not in node.run("iptables-save")
    assert "the site's own" in node.run("iptables-save")
    assert "cni0" not in node.run("ip", "-o", "link")
    old = world.rancher.state.clusters["-".join(FROM)]
    config = node.path("/etc/rancher/rke2/config.yaml.d/50-rancher.yaml").read_text()
    assert old.id not in config
    assert old.server_token not in config


def test_moving_again_changes_nothing(world: Estate) -> None:
    before: Registration = world.known(TO, NAME)
    ran = world.repository.play("move", "/".join(TO), f"--limit={NAME}", more=QUICK)
    assert (ran.code, ran.changed) == (0, {NAME: 0}), ran.end
    assert world.known(TO, NAME) == before


def test_a_whole_pool_is_never_moved_because_nobody_said_which_nodes(world: Estate) -> None:
    ran = world.repository.play("move", "/".join(TO), more=QUICK)
    assert ran.code != 0
    assert "--limit" in ran.end
    assert ran.changed.get(NAME, 0) == 0


def test_a_killed_run_leaves_no_key_behind(world: Estate) -> None:
    key = world.token.partition(":")[2]
    assert found_in(key, world, NAME) == ""
