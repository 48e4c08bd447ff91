"""Nodes join, reboot, stop at what does not hold, and leave: playbooks run by the real Ansible.

Hosts are namespaces with a root folder of their own that a reboot empties; Rancher is the lab's,
and nodes register with it by an agent that runs in the host. The tests are one story.
"""

import os
import pwd
import subprocess
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.labs.estate import FROM, NODES, Estate
from tests.labs.nodes import Node, needs_root
from tests.labs.playbooks import Ran
from tests.labs.rancher_state import Registration

pytestmark = [pytest.mark.real, needs_root]

FIRST, SECOND = NODES
QUICK = {"join_delay": 1, "leave_delay": 1, "leave_retries": 3, "rancher_delay": 1}
NOTHING = Registration((), (), (), ())
LEFT = """
find /etc/rancher /var/lib/rancher /var/lib/kubelet /etc/cni /opt/cni /var/lib/cni /var/log/pods \
    /var/log/containers /run/k3s /run/cilium /usr/local/bin/rke2* /usr/local/bin/rancher* \
    /etc/systemd/system/*r* /usr/local/lib/systemd/system/rke2* ! -type d \
    ! -name '*podman*' ! -name cni.lock 2>/dev/null
grep -E ' /(var/lib/(kubelet|rancher)|run/k3s)/' /proc/mounts
iptables-save | grep -E 'KUBE|CNI|CILIUM'
ip -o link | grep -E 'cilium|cni0|lxc'
ps ax -o comm= | grep -E 'rke2|rancher-system'
true
"""
"""What there is of RKE2, its network and the agent."""
FILES = """
find /etc /var/lib /usr/local /opt /run -xdev ! -path '/run/lab*' ! -path '/run/settings*' \
    ! -path '/run/utmp' ! -path '/var/lib/libuuid/*' -printf '%p %y %m %s %T@\\n' | sort
cat /proc/mounts
"""
"""All that a playbook could change; libuuid notes the time wherever a program asks for a UUID."""


def play(world: Estate, playbook: str, *arguments: str) -> Ran:
    return world.repository.play(playbook, "/".join(FROM), *arguments, more=QUICK)


def only_one(known: Registration) -> bool:
    parts = (known.machines, known.management, known.nodes, known.passwords)
    return [len(part) for part in parts] == [1, 1, 1, 1]


def inside(node: Node, script: str) -> list[str]:
    return node.run("sh", "-c", script).splitlines()


def secrets(world: Estate) -> dict[str, str]:
    """Whatever lets somebody in: name -> text."""
    clusters = world.rancher.state.clusters.values()
    return {
        "API": world.token.partition(":")[2],
        **{f"registration of {one.name}": one.registration for one in clusters},
        **{f"server of {one.name}": one.server_token for one in clusters},
        **{f"agent of {name}": token for token, name in world.rancher.state.agents.items()},
    }


@contextmanager
def arguments_seen() -> Iterator[set[bytes]]:
    """The arguments of every process of this machine while something runs; hosts' too."""
    seen: set[bytes] = set()
    over = threading.Event()

    def look() -> None:
        while not over.wait(0.05):
            for number in filter(str.isdigit, os.listdir("/proc")):
                try:
                    seen.add(Path(f"/proc/{number}/cmdline").read_bytes())
                except OSError:
                    continue

    thread = threading.Thread(target=look)
    thread.start()
    try:
        yield seen
    finally:
        over.set()
        thread.join()


def found_in(key: str, world: Estate, *names: str) -> str:
    """The files with a text in them: of the controller, and of hosts."""
    places = [world.repository.folder / "home", Path(pwd.getpwuid(0).pw_dir, ".ansible")]
    for name in names:
        folders = ("/etc", "/root", "/run/lab", "/tmp", "/var/lib/rancher", "/var/log")
        places += [world.node(name).path(folder) for folder in folders]
    existing = [str(place) for place in places if place.is_dir()]
    command = ["grep", "-rlsF", "--devices=skip", key, *existing]
    return subprocess.run(command, capture_output=True, text=True).stdout


def test_nodes_join_once_with_labels_and_taints_and_nobody_sees_a_secret(world: Estate) -> None:
    with arguments_seen() as arguments:
        ran = play(world, "join", "-vvv")
    assert ran.code == 0, ran.end
    for name in NODES:
        assert only_one(world.known(FROM, name))
        node = world.rancher.state.clusters["-".join(FROM)].nodes[name]
        assert node["metadata"]["labels"]["hpc"] == "true"
        assert node["spec"]["taints"] == [{"key": "hpc", "value": "true", "effect": "NoSchedule"}]
        assert node["status"]["addresses"] == [{"type": "InternalIP", "address": NODES[name]}]
    told = {name: text for name, text in secrets(world).items() if text in ran.text}
    shown = {
        name
        for name, text in secrets(world).items()
        if any(text.encode() in line for line in arguments)
    }
    assert (told, shown) == ({}, set())
    assert any(b"ansible-playbook" in line for line in arguments)


def test_the_key_of_ranchers_api_lies_nowhere_afterwards(world: Estate) -> None:
    key = world.token.partition(":")[2]
    assert found_in(key, world, *NODES) == ""


def test_joining_again_changes_nothing(world: Estate) -> None:
    ran = play(world, "join")
    assert (ran.code, ran.changed) == (0, dict.fromkeys(NODES, 0)), ran.end


def test_a_rebooted_node_comes_back_as_one_and_the_other_is_left_alone(world: Estate) -> None:
    before = {name: world.known(FROM, name) for name in NODES}
    world.node(FIRST).reboot()
    assert inside(world.node(FIRST), LEFT) == []
    ran = play(world, "rejoin")
    assert ran.code == 0, ran.end
    assert ran.changed[SECOND] == 0, ran.end
    after = {name: world.known(FROM, name) for name in NODES}
    assert all(only_one(known) for known in after.values())
    assert after[SECOND] == before[SECOND]
    assert not set(after[FIRST].machines) & set(before[FIRST].machines)
    assert not set(after[FIRST].management) & set(before[FIRST].management)


def test_a_dry_run_after_a_reboot_changes_nothing(world: Estate) -> None:
    world.node(SECOND).reboot()
    world.rancher.requests.clear()
    before = inside(world.node(SECOND), FILES)
    ran = play(world, "short-rejoin", f"--limit={SECOND}", "--check")
    assert ran.code == 0, ran.end
    assert world.rancher.changes() == []
    assert inside(world.node(SECOND), FILES) == before


def test_what_does_not_hold_stops_everything_and_is_named(world: Estate) -> None:
    first, second = (world.node(name) for name in NODES)
    world.rancher.requests.clear()
    tokens = world.rancher.state.tokens
    world.rancher.state.tokens = {world.token: frozenset()}
    closed = ("ipproto", "tcp", "dport", "9345", "blackhole")
    first.run("ip", "rule", "add", *closed)
    second.path("/sys/fs/cgroup/cgroup.controllers").unlink()
    before = [inside(node, FILES) for node in (first, second)]
    ran = play(world, "rejoin")
    assert ran.code != 0
    named = ("network.supervisor", "provisioning.cgroup", "authorization.cluster")
    assert [name for name in named if name not in ran.text] == []
    assert ran.changed == dict.fromkeys(NODES, 0)
    assert world.rancher.changes() == []
    assert [inside(node, FILES) for node in (first, second)] == before
    world.rancher.state.tokens = tokens
    first.run("ip", "rule", "delete", *closed)
    second.path("/sys/fs/cgroup/cgroup.controllers").write_text("cpu memory\n")


def test_a_node_whose_pods_no_budget_lets_go_stays_in_its_cluster(world: Estate) -> None:
    assert play(world, "short-rejoin", f"--limit={SECOND}").code == 0
    state, name = world.rancher.state, "-".join(FROM)
    state.pod(name, SECOND, "web")
    state.pod(name, SECOND, "network", "DaemonSet")
    state.clusters[name].budgets["default", "web"] = -1
    ran = play(world, "short-leave", f"--limit={SECOND}")
    assert ran.code != 0
    assert "PodDisruptionBudget" in ran.end
    assert only_one(world.known(FROM, SECOND))
    assert (
        world.node(SECOND).run("systemctl", "is-active", "rke2-agent.service").strip() == "active"
    )


def test_a_master_that_etcd_needs_stays_in_its_cluster(world: Estate) -> None:
    cluster = world.rancher.state.clusters["-".join(FROM)]
    labels = cluster.nodes[SECOND]["metadata"]["labels"]
    labels["node-role.kubernetes.io/etcd"] = "true"
    ran = play(world, "short-leave", f"--limit={SECOND}")
    del labels["node-role.kubernetes.io/etcd"]
    assert ran.code != 0
    assert "etcd needs 1" in ran.end
    assert only_one(world.known(FROM, SECOND))


def test_nothing_is_left_of_a_node_that_leaves_and_its_pods_run_elsewhere(world: Estate) -> None:
    state, name = world.rancher.state, "-".join(FROM)
    state.clusters[name].budgets["default", "web"] = 2
    node = world.node(SECOND)
    assert inside(node, LEFT) != []
    world.rancher.requests.clear()
    ran = play(world, "short-leave", f"--limit={SECOND}")
    assert ran.code == 0, ran.end
    evictions = [one.code for one in world.rancher.requests if one.path.endswith("/eviction")]
    assert evictions == [429, 429, 201]
    assert world.known(FROM, SECOND) == NOTHING
    assert inside(node, LEFT) == []
    assert "the site's own" in node.run("iptables-save")
    again = play(world, "short-leave", f"--limit={SECOND}")
    assert (again.code, again.changed) == (0, {SECOND: 0}), again.text
