"""What `leave` takes off a host, and what it never touches: the script itself, without Ansible."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.labs.nodes import Lab, Node, needs_root

pytestmark = [pytest.mark.real, needs_root]
ROLES = Path(__file__).parent.parent.parent / "blueprints/kinds/cluster/ansible/roles"
SCRIPT = (ROLES / "leave/files/clean.sh").read_text(encoding="utf-8")
VOLUME = "/var/lib/kubelet/pods/one/volumes/data"
MINE = f"{VOLUME}/mine"


@pytest.fixture
def node(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Node]:
    """A host with a volume of a pod, mounted and with a file in it."""
    with Lab(tmp_path_factory.mktemp("clean") / "lab", "10.78.0.1/16") as lab:
        made = lab.node("one", "10.78.0.20")
        made.run(
            "mkdir", "-p", "/srv/data", "/srv/kept", VOLUME, "/etc/rancher", "/var/lib/rancher"
        )
        made.run("mount", "--bind", "/srv/data", VOLUME)
        made.run("mount", "--bind", "/srv/kept", "/var/lib/rancher")
        made.run("touch", MINE, "/etc/rancher/config.yaml", "/var/lib/rancher/state")
        yield made


def clean(node: Node) -> list[str]:
    """Its output and, last, its exit code."""
    command = "sh -s -- /var/lib/rancher 2>&1; echo $?"
    return node.run("sh", "-c", command, text=SCRIPT).splitlines()


def there(node: Node, path: str) -> bool:
    return node.run("sh", "-c", f"test -e {path} && echo yes || true").strip() == "yes"


def test_what_a_volume_holds_stays_and_the_node_is_clean(node: Node) -> None:
    told = clean(node)
    assert told[-1] == "0", told
    assert {f"mount {VOLUME}", "/var/lib/kubelet", "/etc/rancher"} <= set(told)
    assert there(node, "/srv/data/mine")
    gone = ("/var/lib/kubelet", "/etc/rancher", "/srv/kept/state")
    assert [path for path in gone if there(node, path)] == []
    assert "/var/lib/rancher" in node.run("cat", "/proc/mounts")


def test_a_second_time_there_is_nothing_to_say(node: Node) -> None:
    clean(node)
    assert clean(node) == ["0"]


def test_while_a_volume_cannot_be_unmounted_nothing_is_deleted(node: Node) -> None:
    refusing = node.path("/usr/local/sbin/umount")
    refusing.write_text("#!/bin/sh\nexit 1\n")
    refusing.chmod(0o755)
    told = clean(node)
    assert told[-1] == "1", told
    assert any(f"still mounted, so that nothing was deleted: {VOLUME}" in line for line in told)
    assert there(node, MINE)
    assert there(node, "/etc/rancher/config.yaml")
    assert there(node, "/srv/kept/state")
