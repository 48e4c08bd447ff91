"""`prepare.yaml`, run by the real ansible-playbook against hosts of the lab.

Hosts are namespaces with a root folder, network and mounts of their own; memory file systems and
bind mounts are real. What each host is like when the playbook comes is said in a line each.
"""

import re
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import yaml

from blueprints.engine.render import render
from blueprints.kinds.cluster import BLUEPRINT
from tests.blueprints.kinds.cluster.specifications import hpc, typed
from tests.labs.nodes import Lab, Node, needs_root
from tests.labs.playbooks import Ran, Repository, lint, repository
from tests.labs.rancher import Rancher

pytestmark = [pytest.mark.real, needs_root]

MODELS, DATA = "production/models", "production/data"
REGISTRY = "registry.example.org:5000"
VLAN = """#!/bin/sh
/usr/bin/ip "$@" | sed 's/"info_kind":"veth"/"info_kind":"vlan","info_data":{"id":999}/'
"""
HOSTILE = "{{ 1234 * 5678 }}"
"""What a node says of itself is text, never a template."""
BROKEN_MODPROBE = """#!/bin/sh
case "$*" in *ceph*) exit 1 ;; esac
"""


@dataclass(frozen=True)
class Broken:
    """A host with which one thing is wrong."""

    name: str
    """The condition that does not hold."""
    host: tuple[tuple[str, ...], ...] = ()
    """Commands that break the host."""
    files: tuple[tuple[str, str], ...] = ()
    """Files that break it; "" for one that is gone."""
    said: tuple[tuple[str, Any], ...] = ()
    """What the specification says instead of what is so."""


def shut(port: int) -> tuple[str, ...]:
    return ("ip", "rule", "add", "ipproto", "tcp", "dport", str(port), "blackhole")


HOSTS = (
    Broken("network.api", (shut(6443),)),
    Broken("network.supervisor", (shut(9345),)),
    Broken("network.rancher", (shut(7443),)),
    Broken("network.registry", (shut(5000),)),
    Broken("network.time", files=(("/run/lab/clock", "no\n"),)),
    Broken("network.mtu", (("ip", "link", "set", "hsn0", "mtu", "1400"),)),
    Broken("network.vlan", files=(("/usr/local/sbin/ip", VLAN),)),
    Broken("network.address", said=(("node_address", "10.0.4.99"),)),
    Broken("network.prefix", (("lab-prefix",),)),
    Broken("provisioning.cgroup", files=(("/sys/fs/cgroup/cgroup.controllers", ""),)),
    Broken("provisioning.folders", files=(("/var/lib/rancher/rke2/agent/node", "here\n"),)),
    Broken("provisioning.modules", files=(("/usr/local/sbin/modprobe", BROKEN_MODPROBE),)),
    Broken("provisioning.architecture", said=(("node_architecture", "arm64"),)),
    Broken("provisioning.memory", said=(("node_memory_mb", 10_000_000),)),
    Broken("provisioning.kernel", said=(("conditions_kernel", "99.1"),)),
    Broken("provisioning.system", said=(("conditions_systems", ["Solaris"]),)),
    Broken("provisioning.root", said=(("node_diskless", False),)),
    Broken("provisioning.storage", said=(("storage_ram_share", 0.0001),)),
    Broken("authorization.vcluster", files=(("/etc/xthostname", f"{HOSTILE}\n"),)),
    Broken("authorization.inventory"),
)
LET_PASS = {"conditions_unsafe_ignore": ["provisioning.kernel"], "conditions_kernel": "99.1"}
HEALTHY = range(21, 24)
ON_CEPH, ON_DISK = "nid000022", "nid000023"
KEYRING = "[client.kubernetes-nodes]\n\tkey = AQDexampleexampleexample==\n"
CEPH = {
    "type": "rbd",
    "path": "/var/lib/kubernetes",
    "size_bytes": 2**30,
    "filesystem": "xfs",
    "pool": "hpc-images",
    "prefix": "production-models",
    "ceph_id": "5f6c2a9e-0000-4000-8000-000000000000",
    "monitors": ["10.90.0.1:6789"],
}
DISK = {
    "type": "disk",
    "path": "/var/lib/kubernetes",
    "device": "/dev/nvme0n1",
    "filesystem": "xfs",
    "label": "kubernetes",
}
SERVER = {
    "node_diskless": False,
    "node_storage": DISK,
    # The lab's roots are overlays, and its disks files.
    "conditions_unsafe_ignore": ["provisioning.root", "provisioning.device"],
    "prerequisites_packages": {"Debian": []},
}
FIRST = 101
"""The last part of the first broken host's address."""


@dataclass(frozen=True)
class Site:
    """Two clusters, their hosts, and a Rancher."""

    lab: Lab
    rancher: Rancher
    repository: Repository
    nodes: dict[str, Node]
    token: str


def specification(rancher: Rancher) -> Any:
    pool = "clusters/1/environments/production/workers/1"
    numbers = (*HEALTHY, *range(FIRST, FIRST + len(HOSTS)))
    storage = {"type": "ram", "size": "64Mi"}
    return typed(
        {
            "site/rancher/url": rancher.url,
            "site/rancher/ca_checksum": rancher.ca_checksum,
            "site/registries": [REGISTRY],
            "site/networks/3/mtu": 1500,
            "site/alps/vclusters/0/architecture": "amd64",
            pool: hpc("gpu", *numbers, memory="2Gi", storage=storage),
        }
    )


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    folder = tmp_path_factory.mktemp("site")
    with ExitStack() as stack:
        lab = stack.enter_context(Lab(folder / "lab", "10.0.4.1/24"))
        lab.enter("ip", "address", "add", "10.0.2.10/32", "dev", "lab")
        for port, address in ((6443, "10.0.2.10"), (9345, "10.0.2.10"), (5000, "")):
            stack.enter_context(lab.listen(port, address))
        (folder / "rancher").mkdir()
        clusters = ["production-models", "production-data"]
        rancher = Rancher(folder / "rancher", clusters, lab.listen(7443))
        stack.enter_context(rancher)
        token = rancher.state.token(*clusters)
        tokens = {"RANCHER_TOKEN": token, "CEPH_KEYRING": KEYRING}
        made = repository(folder / "repository", specification(rancher), lab, tokens)
        nodes = {}
        for number in HEALTHY:
            node = booted(lab, number)
            nodes[node.name] = node
        nodes[ON_DISK].path("/dev/nvme0n1").touch()
        edit(made.folder, MODELS, {ON_CEPH: {"node_storage": CEPH}, ON_DISK: SERVER})
        yield Site(lab, rancher, made, nodes, token)


def booted(lab: Lab, number: int) -> Node:
    node = lab.node(f"nid{number:06}", f"10.0.4.{number}")
    node.path("/etc/xthostname").write_text("alps\n")
    with node.path("/etc/hosts").open("a") as hosts:
        hosts.write(f"10.0.4.1 {REGISTRY.partition(':')[0]}\n")
    return node


def seen(node: Node) -> set[str]:
    """Everything about a host that a playbook could change, but for /root: Ansible works there."""
    folders = ("/etc", "/var", "/usr/local", "/opt", "/srv", "/run", "/sys/module")
    listed = node.run("find", *folders, "-xdev", "-printf", "%p %y %m %u %s %C@\\n")
    # libuuid notes the time wherever a program asks for a UUID.
    noise = re.compile(r"/var/log(/lab\.jsonl)? |/run |/var/lib/libuuid/")
    kept = [line for line in listed.splitlines() if not noise.match(line)]
    mounted = node.run("findmnt", "--list").splitlines()
    return {*kept, *mounted, *node.run("sysctl", "-a", check=False).splitlines()}


def conditions(ran: Ran, host: str) -> set[str]:
    """The names of conditions that a host was stopped by."""
    told = re.findall(rf"^fatal: \[{host}\].*?(?=^\S|\Z)", ran.text, re.M | re.S)
    return set(
        re.findall(r"^\s+((?:network|provisioning|authorization)\.\w+): ", "".join(told), re.M)
    )


def edit(folder: Path, cluster: str, changes: dict[str, dict[str, Any]]) -> None:
    """Say something else of hosts in an inventory."""
    file = folder / "clusters" / cluster / "inventory.yaml"
    inventory = yaml.safe_load(file.read_text())
    for host, variables in changes.items():
        inventory["all"]["children"]["pool_gpu"]["hosts"][host].update(variables)
    file.write_text(yaml.safe_dump(inventory))


def test_a_dry_run_on_clean_hosts_changes_nothing(site: Site) -> None:
    before = {name: seen(node) for name, node in site.nodes.items()}
    loud = ("-vvv", "--check", "--diff", "--limit", ",".join(before))
    ran = site.repository.play("prepare", MODELS, *loud)
    assert ran.code == 0, ran.text
    for secret in (site.token, "AQDexampleexampleexample"):
        assert secret not in ran.text
    assert all(count > 0 for count in ran.changed.values()), ran.text
    for name, node in site.nodes.items():
        assert seen(node) ^ before[name] == set()


def test_the_second_run_changes_nothing(site: Site) -> None:
    limit = ("--limit", ",".join(site.nodes))
    first = site.repository.play("prepare", MODELS, *limit)
    assert first.code == 0, first.text
    assert min(first.changed.values()) > 0
    second = site.repository.play("prepare", MODELS, *limit)
    assert second.code == 0, second.text
    assert second.changed == dict.fromkeys(site.nodes, 0), second.text
    for name, node in site.nodes.items():
        mounted = node.run("findmnt", "--list", "--noheadings", "--output", "TARGET,FSTYPE")
        kinds = dict(line.split() for line in mounted.splitlines())
        assert kinds["/var/lib/rancher"] == "tmpfs"
        assert kinds["/var/lib/kubelet"] == "tmpfs"
        pinned = node.path("/etc/rancher/rke2/config.yaml.d/90-node-ip.yaml").read_text()
        assert yaml.safe_load(pinned) == {"node-ip": node.address}
        assert node.run("sysctl", "-n", "vm.overcommit_memory").strip() == "1"
        known = node.path("/etc/fstab").read_text() if node.path("/etc/fstab").exists() else ""
        assert (f"{DISK['path']}/rancher /var/lib/rancher none bind" in known) == (name == ON_DISK)
        assert len(node.calls("mkfs.xfs")) == (name in (ON_CEPH, ON_DISK))
        assert node.run("grep", "-rl", site.token, "/etc", check=False) == ""
    keyring = site.nodes[ON_CEPH].path("/etc/ceph/ceph.client.kubernetes-nodes.keyring")
    assert keyring.read_text() == KEYRING
    assert keyring.stat().st_mode & 0o777 == 0o600
    assert "64m" in site.nodes["nid000021"].run("df", "-h", "/var/lib/rancher").lower()


def test_each_host_is_stopped_by_what_is_wrong_with_it_and_is_left_as_it_was(site: Site) -> None:
    nodes: dict[str, tuple[Broken, Node]] = {}
    changes: dict[str, dict[str, Any]] = {}
    for number, broken in enumerate(HOSTS, FIRST):
        node = booted(site.lab, number)
        nodes[node.name] = (broken, node)
        changes[node.name] = dict(broken.said)
        for path, text in broken.files:
            place = node.path(path)
            place.parent.mkdir(parents=True, exist_ok=True)
            if text:
                place.write_text(text)
                place.chmod(0o755)
            else:
                place.unlink()
        for command in broken.host:
            if command == ("lab-prefix",):
                node.run("ip", "address", "add", f"{node.address}/25", "dev", "hsn0")
                node.run("ip", "address", "del", f"{node.address}/24", "dev", "hsn0")
                node.run("ip", "route", "add", "default", "via", "10.0.4.1", check=False)
            else:
                node.run(*command)
    edit(site.repository.folder, MODELS, changes)
    other = site.repository.folder / "clusters" / DATA / "inventory.yaml"
    kept = other.read_text()
    (twice,) = (name for name, (broken, _) in nodes.items() if broken.name.endswith("inventory"))
    other.write_text(kept + f"    pool_twice:\n      hosts:\n        {twice}:\n          a: 1\n")
    before = {name: seen(node) for name, (_, node) in nodes.items()}

    ran = site.repository.play("prepare", MODELS, "--limit", ",".join(nodes))

    other.write_text(kept)
    found = {name: conditions(ran, name) for name in nodes}
    assert found == {name: {broken.name} for name, (broken, _) in nodes.items()}, ran.text
    assert ran.changed == dict.fromkeys(nodes, 0)
    assert HOSTILE in ran.text
    assert str(1234 * 5678) not in ran.text
    for name, (_, node) in nodes.items():
        assert seen(node) ^ before[name] == set()
        node.stop()


@pytest.mark.parametrize(
    ("tokens", "more", "name"),
    [
        ({}, LET_PASS, "authorization.token"),
        ({"RANCHER_TOKEN": "token-00000:old"}, {}, "authorization.key"),
        ({"RANCHER_TOKEN": "other"}, {}, "authorization.cluster"),
        (None, {"rancher_ca_checksum": "0" * 64}, "authorization.certificate"),
    ],
)
def test_who_may_not_do_it_is_told_so(
    site: Site, tokens: dict[str, str] | None, more: dict[str, Any], name: str
) -> None:
    given = {"RANCHER_TOKEN": site.token} if tokens is None else dict(tokens)
    if given.get("RANCHER_TOKEN") == "other":
        given["RANCHER_TOKEN"] = site.rancher.state.token("production-data")
    asked = len(site.rancher.requests)
    whose = Repository(site.repository.folder, site.lab, given)
    ran = whose.play("prepare", MODELS, "--limit", "nid000021", more=more)
    assert ran.code == 2
    assert conditions(ran, "nid000021") == {name}, ran.text
    assert ran.changed == {"nid000021": 0}
    assert ("let pass by conditions_unsafe_ignore: the kernel is" in ran.text) == bool(
        more == LET_PASS
    )
    if name.endswith("certificate"):
        paths = {one.path for one in site.rancher.requests[asked:]}
        assert paths <= {"/ping", "/cacerts"}


def test_ansible_lint_finds_nothing(site: Site, tmp_path: Path) -> None:
    linted = lint(tmp_path, render(BLUEPRINT, specification(site.rancher)))
    assert linted.code == 0, linted.text
    assert "Profile 'production' was required, and it passed" in linted.text
