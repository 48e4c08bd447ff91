import os
import subprocess
import sys

import pytest

from tce.probe.errors import ProbeError
from tce.probe.namespaces import missing, run

SCRIPT = """
from tce.probe.namespaces import Namespaces
spaces = Namespaces()
spaces.add("one")
spaces.add("two")
spaces.ip("one", [f"link add name a0 type veth peer name b0 netns {spaces.path('two')}"])
spaces.settings("two", {"ipv4/ip_forward": 1, "no/such/setting": 1})
spaces.enter("one")
assert "a0" in spaces.run("ip", "link") and "b0" not in spaces.run("ip", "-o", "link", "show", "up")
spaces.enter("two")
assert "b0" in spaces.run("ip", "link")
print("done")
"""


def test_a_missing_program_is_named_with_what_to_type() -> None:
    with pytest.raises(ProbeError, match="the program no-such-program is not on this machine"):
        run("no-such-program")
    assert missing("nft").__notes__ == ["apt-get install --no-install-recommends nftables"]
    assert missing("ip").__notes__ == ["apt-get install --no-install-recommends iproute2"]


def test_a_program_that_fails_is_told_in_its_own_words() -> None:
    with pytest.raises(ProbeError, match="no such file"):
        run("sh", "-c", "echo no such file >&2; exit 3")


def test_a_program_gets_what_it_is_given() -> None:
    assert run("cat", text="words") == "words"
    assert run("cat", text=b"words") == "words"


def as_nobody(*command: str, limit: str = "") -> subprocess.CompletedProcess[str]:
    """Run by a user who has no right over this machine's networks."""
    user = ["unshare", "--user", "--map-user=1000", "--map-group=1000"]
    if limit:
        root = ["unshare", "--user", "--map-root-user"]
        user = [*root, "sh", "-c", f'echo 0 > /proc/sys/user/{limit}; exec "$@"', "sh"]
    return subprocess.run([*user, *command], capture_output=True, text=True, env={**os.environ})


@pytest.mark.real
def test_a_user_without_rights_has_networks_of_his_own() -> None:
    done = as_nobody(sys.executable, "-c", SCRIPT)
    assert done.stdout == "done\n", done.stderr


@pytest.mark.real
def test_a_kernel_that_refuses_is_told_with_what_to_type() -> None:
    script = "from tce.probe.namespaces import Namespaces\nNamespaces()"
    done = as_nobody(sys.executable, "-c", script, limit="max_net_namespaces")
    assert "this kernel lets you make no network namespace (ENOSPC)" in done.stderr
