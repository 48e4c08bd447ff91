#!/usr/bin/python3
"""modprobe for a host that must not load modules into this machine: writes down what is loaded.

Loading a module brings its kernel settings along, as in reality: without ``br_netfilter`` there is
no ``net.bridge.bridge-nf-call-iptables`` to set.
"""

import json
import shutil
import sys
from pathlib import Path

LOADED, LISTED = Path("/sys/module"), Path("/run/modules")
BRINGS = {
    "br_netfilter": ("net/bridge/bridge-nf-call-iptables", "net/bridge/bridge-nf-call-ip6tables"),
    "nf_conntrack": ("net/netfilter/nf_conntrack_max",),
}


def main(arguments: list[str]) -> int:
    """Load (or with ``-r`` unload) each module named."""
    with open("/var/log/lab.jsonl", "a") as log:
        log.write(json.dumps(["modprobe", *arguments]) + "\n")
    for word in (word for word in arguments if not word.startswith("-")):
        module = LOADED / word.replace("-", "_")
        if {"-r", "--remove"} & set(arguments):
            shutil.rmtree(module, ignore_errors=True)
            continue
        told = {"-v", "--verbose", "-n", "--dry-run"} & set(arguments)
        if told and not module.exists():
            print(f"insmod /lib/modules/lab/{module.name}.ko")
        if {"-n", "--dry-run"} & set(arguments):
            continue
        module.mkdir(exist_ok=True)
        for setting in BRINGS.get(module.name, ()):
            file = Path("/proc/sys", setting)
            if not file.exists():
                file.parent.mkdir(parents=True, exist_ok=True)
                file.write_text("0\n")
    names = sorted(module.name for module in LOADED.iterdir())
    if LISTED.exists():
        LISTED.write_text("".join(f"{name} 16384 0 - Live 0x0000000000000000\n" for name in names))
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
