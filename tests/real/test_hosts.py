"""The lab's hosts are hosts: a reboot takes what it takes, and this machine notices nothing."""

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.labs.nodes import Lab, Node, needs_root, wait_for

pytestmark = [pytest.mark.real, needs_root]
ROOT = Path(__file__).parent.parent.parent
UNIT = """[Install]
WantedBy=multi-user.target
[Service]
ExecStart=/usr/bin/sleep 1000
"""


@pytest.fixture(scope="module")
def lab(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Lab]:
    with Lab(tmp_path_factory.mktemp("hosts") / "lab", "10.77.0.1/16") as made:
        yield made


@pytest.fixture(scope="module")
def diskless(lab: Lab) -> Node:
    return lab.node("diskless", "10.77.0.20", files={"/etc/xname": "x1000\n"})


@pytest.fixture(scope="module")
def metal(lab: Lab) -> Node:
    return lab.node("metal", "10.77.0.21", "eth0", diskless=False)


def of_machine() -> tuple[str, str, str]:
    """What a host could change in this machine."""
    links = subprocess.run(["ip", "-o", "link"], capture_output=True, text=True, check=True)
    return links.stdout, Path("/proc/mounts").read_text(), Path("/etc/hostname").read_text()


def test_a_reboot_empties_a_diskless_host_but_for_its_image(diskless: Node) -> None:
    boot = diskless.boot_id
    diskless.run("sh", "-c", "echo mine > /etc/mine; mount -t tmpfs mine /mnt")
    diskless.run("sh", "-c", "sleep 1000 >/dev/null 2>&1 &")
    diskless.reboot()
    assert not diskless.path("/etc/mine").exists()
    assert "mine /mnt" not in diskless.run("cat", "/proc/mounts")
    assert diskless.run("cat", "/etc/xname") == "x1000\n"
    assert diskless.run("cat", "/proc/sys/kernel/random/boot_id").strip() != boot
    assert "sleep 1000" not in diskless.run("ps", "ax")


def test_a_host_with_a_disk_finds_its_files_and_starts_what_is_enabled(metal: Node) -> None:
    metal.path("/etc/systemd/system/work.service").write_text(UNIT)
    metal.run("systemctl", "enable", "--now", "work.service")
    assert metal.run("systemctl", "is-active", "work").strip() == "active"
    metal.reboot()
    assert metal.path("/etc/systemd/system/work.service").read_text() == UNIT
    assert metal.run("systemctl", "is-active", "work").strip() == "active"
    metal.run("systemctl", "disable", "--now", "work")
    assert metal.run("systemctl", "is-active", "work", check=False).strip() == "inactive"


def test_hosts_have_their_own_name_address_and_machine_id(diskless: Node, metal: Node) -> None:
    assert [node.run("hostname").strip() for node in (diskless, metal)] == ["diskless", "metal"]
    assert "10.77.0.20/16" in diskless.run("ip", "-o", "address", "show", "dev", "hsn0")
    assert "10.77.0.21/16" in metal.run("ip", "-o", "address", "show", "dev", "eth0")
    assert diskless.run("cat", "/etc/machine-id") != metal.run("cat", "/etc/machine-id")


def test_settings_of_the_kernel_are_the_hosts_own(diskless: Node) -> None:
    before = Path("/proc/sys/vm/max_map_count").read_text()
    diskless.run("modprobe", "br_netfilter")
    changes = ("net.bridge.bridge-nf-call-iptables=1", "vm.max_map_count=70001")
    diskless.run("sysctl", "-w", *changes)
    assert diskless.run("sysctl", "-n", "vm.max_map_count").strip() == "70001"
    assert Path("/proc/sys/vm/max_map_count").read_text() == before
    assert diskless.calls("modprobe") == [["br_netfilter"]]


def test_what_hosts_do_stays_in_them(metal: Node) -> None:
    before = of_machine()
    metal.run("sh", "-c", "mount -t tmpfs x /srv; ip link add d0 type dummy; hostname other; true")
    assert of_machine() == before


def test_nothing_is_left_when_the_tests_are_killed(tmp_path: Path) -> None:
    before = of_machine()
    script = (
        "import pathlib, time\n"
        "from tests.labs.nodes import Lab\n"
        f"with Lab(pathlib.Path({str(tmp_path / 'lab')!r}), '10.78.0.1/16') as lab:\n"
        "    print(lab.node('one', '10.78.0.20').pid, flush=True)\n"
        "    time.sleep(1000)\n"
    )
    process = subprocess.Popen([sys.executable, "-c", script], stdout=subprocess.PIPE, cwd=ROOT)
    assert process.stdout is not None
    host = int(process.stdout.readline())
    os.kill(process.pid, signal.SIGKILL)
    process.wait()
    process.stdout.close()
    wait_for(lambda: not Path(f"/proc/{host}").exists(), "the host outlives its lab")
    assert of_machine() == before
