"""Settings of the kernel: RKE2's CIS profile, a quiet router, and nothing of memory on a disk.

Sources: ``rke2-cis-sysctl.conf`` (docs.rke2.io, "CIS Hardening Guide"); the kernel's
``ip-sysctl.rst``. A kubelet with the profile does not start where one of the first is another.
"""

from collections.abc import Iterator
from typing import TYPE_CHECKING

from blueprints.engine.blueprint import File

if TYPE_CHECKING:
    from tce.intent.spec import Specification

SETTINGS = {
    "vm.panic_on_oom": "0",
    "vm.overcommit_memory": "1",
    "kernel.panic": "10",
    "kernel.panic_on_oops": "1",
    "kernel.keys.root_maxkeys": "1000000",
    "kernel.keys.root_maxbytes": "25000000",
    # A dump of memory holds keys. Piped to false, it goes nowhere and is not written either.
    "kernel.core_pattern": "|/bin/false",
    "fs.suid_dumpable": "0",
    "kernel.kptr_restrict": "2",
    "kernel.dmesg_restrict": "1",
    "kernel.kexec_load_disabled": "1",
    "kernel.yama.ptrace_scope": "1",
    "net.ipv4.conf.all.accept_redirects": "0",
    "net.ipv4.conf.default.accept_redirects": "0",
    "net.ipv4.conf.all.send_redirects": "0",
    "net.ipv4.conf.default.send_redirects": "0",
    "net.ipv4.conf.all.accept_source_route": "0",
    "net.ipv4.conf.default.accept_source_route": "0",
    "net.ipv6.conf.all.accept_redirects": "0",
    "net.ipv6.conf.default.accept_redirects": "0",
    # Addresses are set: whoever sends an advertisement is not the gateway.
    "net.ipv6.conf.all.accept_ra": "0",
    "net.ipv6.conf.default.accept_ra": "0",
    "fs.inotify.max_user_instances": "8192",
    "fs.inotify.max_user_watches": "1048576",
}
_HEADER = "# /etc/sysctl.d/60-tce.conf on every node.\n"


def files(spec: "Specification") -> Iterator[File]:
    """``rke2/sysctl.conf``."""
    text = "".join(f"{name} = {value}\n" for name, value in settings(spec).items())
    yield File("rke2/sysctl.conf", (_HEADER + text).encode())


def settings(spec: "Specification") -> dict[str, str]:
    """Each with its value; without IPv6 where the environment has none."""
    off = {f"net.ipv6.conf.{one}.disable_ipv6": "1" for one in ("all", "default")}
    return SETTINGS if spec.ipv6 else {**SETTINGS, **off}
