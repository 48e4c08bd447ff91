from __future__ import annotations

from tce.render.cluster import sysctl
from tests.tce.intent.specifications import ALPS, typed
from tests.tce.render.cluster.rendered import texts

CIS = {
    "vm.panic_on_oom": "0",
    "vm.overcommit_memory": "1",
    "kernel.panic": "10",
    "kernel.panic_on_oops": "1",
}
"""Without these a kubelet of RKE2's CIS profile does not start."""


def settings(text: str) -> dict[str, str]:
    lines = [one for one in text.splitlines() if one and not one.startswith("#")]
    found = dict(one.split(" = ", 1) for one in lines)
    assert len(found) == len(lines)
    return found


def test_what_the_profile_asks_for_is_there() -> None:
    found = settings(texts(sysctl.files, typed())["rke2/sysctl.conf"])
    assert CIS.items() <= found.items()


def test_no_dump_of_memory_is_written_anywhere() -> None:
    found = settings(texts(sysctl.files, typed(example=ALPS))["rke2/sysctl.conf"])
    assert found["kernel.core_pattern"] == "|/bin/false"
    assert found["fs.suid_dumpable"] == "0"


def test_without_ipv6_the_kernel_has_none() -> None:
    spec = typed()
    without = sysctl.settings(spec.model_copy(update={"ipv6": False}))
    assert without["net.ipv6.conf.all.disable_ipv6"] == "1"
    assert "net.ipv6.conf.all.disable_ipv6" not in sysctl.settings(spec)
