"""An environment's playbooks, run by the real ansible-playbook against hosts of the lab.

The hosts' networks, mounts, files and nftables are real; RKE2, the plugin and what holds block
devices are stand-ins. Encryption itself is in test_tce_disks.py.
"""

import hashlib
import json
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from blueprints.engine.render import render
from tce.blueprint import BLUEPRINT
from tests.labs.environments import Environment, environment
from tests.labs.nodes import Lab, Node, needs_root
from tests.labs.playbooks import Ran, lint
from tests.tce.intent.specifications import ALPS, HOSPITAL, typed

pytestmark = [pytest.mark.real, needs_root]

SECRETS = {
    "TCE_KMS_ROLE_ID": "made-up-role",
    "TCE_KMS_SECRET_ID": "right-made-up-secret",
    "TCE_RKE2_TOKEN": "made-up-token-of-servers",
    "TCE_RKE2_AGENT_TOKEN": "made-up-token-of-agents",
}
SSH = {"/etc/systemd/system/ssh.service": "[Service]\nExecStart=/usr/bin/sleep 100000\n"}
JOURNAL = {
    "/etc/systemd/system/systemd-journald.service": "[Service]\nExecStart=/usr/bin/sleep 100000\n"
}
TUNNEL = {
    "/etc/systemd/system/wg-quick@wg0.service": (
        "[Service]\nType=oneshot\nExecStart=/usr/bin/touch /run/tunnel\n"
        "[Install]\nWantedBy=multi-user.target\n"
    )
}
FIRST, SECOND, AGENT = "hospital-masters-1", "hospital-masters-2", "hospital-workers-1"
GPU = "nid001001"
FROM_THE_PLUGIN = ("--start-at-task", "kms_plugin : Ask whether it has a credential")


@pytest.fixture(scope="module")
def hospital(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Environment]:
    folder = tmp_path_factory.mktemp("hospital")
    with Lab(folder / "lab", "10.90.12.254/24") as lab:
        lab.node("hospital-gateway", "10.90.12.1", "tce0", diskless=False, files=TUNNEL)
        for name, address in ((FIRST, ".11"), (SECOND, ".12"), (AGENT, ".64")):
            node = lab.node(
                name, f"10.90.12{address}", "tce0", diskless=False, files={**SSH, **JOURNAL}
            )
            # The encrypted disk, open already, as after a start.
            node.run("mkdir", "-p", "/var/lib/tce")
            node.run("mount", "-t", "tmpfs", "encrypted", "/var/lib/tce")
        # kube-vip would hold it on one of the servers.
        lab.nodes[FIRST].run("ip", "address", "add", "10.90.12.10/32", "dev", "tce0")
        yield environment(folder / "environment", typed(), lab)


@pytest.fixture(scope="module")
def first(hospital: Environment) -> Ran:
    """The first server, before there is a cluster."""
    return hospital.play("cluster", "--limit", FIRST, secrets=SECRETS)


@pytest.fixture(scope="module")
def others(hospital: Environment, first: Ran) -> Ran:
    assert first.code == 0, first.end
    return hospital.play("cluster", "--limit", f"{SECOND},{AGENT}", secrets=SECRETS)


def node(made: Environment, name: str) -> Node:
    return made.lab.nodes[name]


def started(made: Environment, name: str) -> dict[str, str]:
    found: dict[str, str] = json.loads(
        node(made, name).path("/var/lib/rancher/rke2/started.json").read_text()
    )
    return found


def test_the_gateway_gets_the_ruleset_that_was_proved_byte_for_byte(hospital: Environment) -> None:
    wanted = re.search(
        r"is (\S+): write it",
        hospital.play("gateway").text,
    )
    assert wanted, "the first run says the public key of the key that it made"
    more = {"tce_vpn_public_key": wanted[1]}
    run = hospital.play("gateway", more=more)
    assert run.code == 0, run.end
    gateway = node(hospital, "hospital-gateway")
    rendered = (hospital.folder / "network/perimeter/tce.nft").read_bytes()
    loaded = gateway.path("/etc/tce/tce.nft").read_bytes()
    assert hashlib.sha256(loaded).digest() == hashlib.sha256(rendered).digest()
    assert gateway.run("nft", "list", "tables") == "table inet tce_hospital\n"
    assert "policy drop" in gateway.run("nft", "list", "chain", "inet", "tce_hospital", "forward")
    assert gateway.run("sysctl", "-n", "net.ipv4.ip_forward").strip() == "1"
    again = hospital.play("gateway", more=more)
    assert (again.code, again.changed["hospital-gateway"]) == (0, 0), again.text


def test_a_private_key_is_made_on_the_gateway_and_seen_by_nobody(hospital: Environment) -> None:
    gateway = node(hospital, "hospital-gateway")
    run = hospital.play("gateway")
    key = gateway.path("/etc/wireguard/wg0.key")
    assert key.stat().st_mode & 0o777 == 0o600
    assert key.read_text().strip() not in run.text
    public = gateway.run("sh", "-c", "wg pubkey < /etc/wireguard/wg0.key").strip()
    assert public in run.text
    assert run.failed["hospital-gateway"] == 1


def test_the_gateway_routes_nothing_beside_another_table(hospital: Environment) -> None:
    gateway = node(hospital, "hospital-gateway")
    gateway.run("nft", "add", "table", "ip", "other")
    try:
        run = hospital.play("gateway")
        assert "table ip other" in run.end
    finally:
        gateway.run("nft", "delete", "table", "ip", "other")


def test_the_first_server_begins_the_cluster_and_others_join_it(
    hospital: Environment, others: Ran
) -> None:
    assert others.code == 0, others.end
    assert started(hospital, FIRST)["server"] == ""
    assert started(hospital, SECOND)["server"] == "https://10.90.12.10:9345"
    assert started(hospital, AGENT)["role"] == "agent"


def test_a_second_run_changes_nothing_and_needs_no_secret(
    hospital: Environment, others: Ran
) -> None:
    assert others.code == 0, others.end
    run = hospital.play("cluster", "--limit", f"{FIRST},{SECOND},{AGENT}")
    assert run.code == 0, run.end
    assert set(run.changed.values()) == {0}, run.text


def test_no_secret_is_in_what_ansible_says_or_readable_by_anybody_but_root(
    hospital: Environment, first: Ran, others: Ran
) -> None:
    for secret in SECRETS.values():
        assert secret not in first.text + others.text
    for name in (FIRST, SECOND, AGENT):
        found = node(hospital, name).run(
            *("grep", "-rlE", "made-up-token|right-made-up", "/etc", "/var/lib/tce", "/usr/local"),
            check=False,
        )
        for path in found.split():
            assert node(hospital, name).path(path).stat().st_mode & 0o077 == 0, path


def test_whatever_is_secret_lies_on_the_encrypted_disk(hospital: Environment, others: Ran) -> None:
    assert others.code == 0
    for name in (FIRST, SECOND):
        on = node(hospital, name).run(
            *(
                "findmnt",
                "--noheadings",
                "--output",
                "SOURCE",
                "--target",
                "/etc/kms/credential.env",
            )
        )
        assert on.startswith("encrypted")
        for folder in ("/etc/rancher/rke2/token", "/var/lib/rancher/rke2"):
            on = node(hospital, name).run(
                *("findmnt", "--noheadings", "--output", "SOURCE", "--target", folder)
            )
            assert on.startswith("encrypted"), folder
    unit = node(hospital, FIRST).path("/etc/systemd/system/rke2-server.service.d/10-encrypted.conf")
    assert "AssertPathIsMountPoint=/var/lib/tce" in unit.read_text()


def test_agents_never_see_the_token_of_servers(hospital: Environment, others: Ran) -> None:
    assert others.code == 0
    found = node(hospital, AGENT).run(
        *("grep", "-rl", SECRETS["TCE_RKE2_TOKEN"], "/etc", "/var", "/usr/local"), check=False
    )
    assert found == ""


def test_the_system_is_hardened(hospital: Environment, first: Ran) -> None:
    assert first.code == 0
    host = node(hospital, FIRST)
    assert host.run("sysctl", "-n", "kernel.core_pattern").strip() == "|/bin/false"
    assert host.run("systemctl", "is-enabled", "getty@tty1", check=False).strip() == "masked"
    assert "table ip6 tce_node" in host.run("nft", "list", "tables")
    assert host.run("id", "-un", "etcd").strip() == "etcd"
    assert (
        "PasswordAuthentication no" in host.path("/etc/ssh/sshd_config.d/10-tce.conf").read_text()
    )


def test_policies_are_there_before_the_first_start(hospital: Environment, first: Ran) -> None:
    assert first.code == 0
    manifests = node(hospital, FIRST).path("/var/lib/rancher/rke2/server/manifests")
    names = {one.name for one in manifests.iterdir()}
    assert {"tce-rke2-cilium-config.yaml", "tce-clusterwide.yaml", "tce-kube-vip.yaml"} <= names


def test_a_server_that_encrypts_with_its_own_key_stops_the_run(
    hospital: Environment, others: Ran
) -> None:
    assert others.code == 0
    host = node(hospital, SECOND)
    host.path("/run/lab/own-key").touch()
    host.run("sh", "-c", "systemctl stop rke2-server; pkill -x kube-apiserver; true")
    try:
        run = hospital.play("cluster", "--limit", SECOND, *FROM_THE_PLUGIN)
        assert "encrypts as /var/lib/rancher/rke2/server/cred/encryption-config.json" in run.end
    finally:
        host.path("/run/lab/own-key").unlink()
        host.run("sh", "-c", "systemctl stop rke2-server; pkill -x kube-apiserver; true")


def test_a_server_without_an_answer_of_openbao_is_not_started(
    hospital: Environment, others: Ran
) -> None:
    assert others.code == 0
    host = node(hospital, SECOND)
    host.run("systemctl", "stop", "rke2-server")
    secrets = {**SECRETS, "TCE_KMS_SECRET_ID": "wrong"}
    run = hospital.play("cluster", "--limit", SECOND, *FROM_THE_PLUGIN, secrets=secrets)
    assert "gets no answer of OpenBao" in run.end
    assert host.run("systemctl", "is-active", "rke2-server", check=False).strip() == "inactive"


def test_programs_with_another_digest_are_not_installed(hospital: Environment) -> None:
    sums = {name: "0" * 64 for name in hospital.variables["programs_checksums"]}
    run = hospital.play("cluster", "--limit", AGENT, more={"programs_checksums": sums})
    assert run.failed[AGENT] == 1
    assert "checksum" in run.text.lower()


def test_a_file_beside_the_encrypted_disk_stops_the_run(hospital: Environment) -> None:
    other = "hospital-workers-2"
    host = hospital.lab.node(other, "10.90.12.65", "tce0", diskless=False, files={**SSH, **JOURNAL})
    host.run("mkdir", "-p", "/var/lib/tce", "/etc/rancher/rke2")
    host.run("mount", "-t", "tmpfs", "encrypted", "/var/lib/tce")
    host.path("/etc/rancher/rke2/left-behind").write_text("in clear")
    run = hospital.play("cluster", "--limit", other, secrets=SECRETS)
    assert (
        "/etc/rancher/rke2 on hospital-workers-2 lies on the disk that the provider reads"
        in run.end
    )


@pytest.mark.parametrize("example", [HOSPITAL, ALPS])
def test_ansible_lint_finds_nothing(example: str, tmp_path: Path) -> None:
    linted = lint(tmp_path, render(BLUEPRINT, typed(example=example)))
    assert linted.code == 0, linted.text
    assert "Profile 'production' was required, and it passed" in linted.text


@pytest.fixture(scope="module")
def alps(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Environment]:
    folder = tmp_path_factory.mktemp("alps")
    with Lab(folder / "lab", "10.91.0.1/16") as lab:
        lab.node("genomics-masters-1", "10.91.20.11", "tce0", diskless=False)
        kubectl = '#!/bin/sh\necho "$*" >> /var/lib/kubectl.log\nprintf True\n'
        place = lab.nodes["genomics-masters-1"].path("/var/lib/rancher/rke2/bin/kubectl")
        place.parent.mkdir(parents=True)
        place.write_text(kubectl)
        place.chmod(0o755)
        lab.node(GPU, "10.91.24.11", "hsn0", diskless=True, files={**SSH, **JOURNAL})
        yield environment(folder / "environment", typed(example=ALPS), lab)


def small(made: Environment) -> dict[str, object]:
    """Of this machine: its memory and its architecture."""
    archive = "rke2.linux-amd64.tar.gz"
    return {
        "node_ram_bytes": 64 * 2**20,
        "tce_ca": "keys/ca.pem",
        "programs_checksums": {archive: made.variables["programs_checksums"][archive]},
    }


def test_a_diskless_node_joins_from_memory_and_is_a_new_node_after_each_boot(
    alps: Environment,
) -> None:
    host, server = node(alps, GPU), node(alps, "genomics-masters-1")
    token = {"TCE_RKE2_AGENT_TOKEN": SECRETS["TCE_RKE2_AGENT_TOKEN"]}
    for boots in (1, 2):
        run = alps.play("nodes", "--limit", GPU, secrets=token, more=small(alps))
        assert run.code == 0, run.end
        deleted = server.path("/var/lib/kubectl.log").read_text().count(f"delete node {GPU}")
        assert deleted == boots
        on = host.run(
            "findmnt", "--noheadings", "--output", "FSTYPE", "--target", "/var/lib/rancher"
        )
        assert on.strip() == "tmpfs"
        again = alps.play("nodes", "--limit", GPU, more=small(alps))
        assert (again.code, again.changed[GPU]) == (0, 0), again.text
        host.reboot()
        assert not host.path("/etc/rancher").exists()


def test_a_diskless_node_that_could_keep_something_is_refused(alps: Environment) -> None:
    host = node(alps, GPU)
    host.reboot()
    host.path("/run/lab/swap").write_text("/dev/zram0\n")
    try:
        run = alps.play("nodes", "--limit", GPU, secrets=SECRETS, more=small(alps))
        assert "is to keep nothing" in run.end
        assert not host.path("/etc/rancher/rke2/agent-token").exists()
    finally:
        host.path("/run/lab/swap").unlink()
