#!/usr/bin/python3
"""mkfs.ext4, mkfs.xfs, wipefs and blkid for devices that are files holding type and label."""

import json
import sys
from pathlib import Path


def main(name: str, arguments: list[str]) -> int:
    """Do as the program of that name does, and write it down."""
    with open("/var/log/lab.jsonl", "a") as log:
        log.write(json.dumps([name, *arguments]) + "\n")
    devices = [Path(word) for word in arguments if word.startswith("/dev/")]
    if name.startswith("mkfs."):
        if not devices or not devices[-1].exists():
            print(f"{name}: no such device", file=sys.stderr)
            return 1
        if devices[-1].read_text() and not {"-f", "-F"} & set(arguments):
            print(f"{name}: {devices[-1]} contains a file system already", file=sys.stderr)
            return 1
        label = arguments[arguments.index("-L") + 1] if "-L" in arguments else ""
        devices[-1].write_text(f"{name.removeprefix('mkfs.')} {label}".strip())
        return 0
    if name == "wipefs" and {"-n", "--no-act"} & set(arguments):
        print("".join(device.read_text() for device in devices if device.is_file()))
        return 0
    if name == "wipefs":
        for device in devices:
            device.write_text("")
        return 0
    if "--label" in arguments:
        label = arguments[arguments.index("--label") + 1]
        found = [one for one in Path("/dev").iterdir() if one.is_file()]
        labelled = [one for one in found if one.read_text().endswith(f" {label}")]
        print("".join(map(str, labelled)))
        return 0 if labelled else 2
    known = [(device, device.read_text()) for device in devices if device.is_file()]
    for device, content in known:
        kind = content.partition(" ")[0]
        if kind:
            print(kind if "value" in arguments else f'{device}: TYPE="{kind}"')
    return 0 if any(content for _, content in known) else 2


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[0]).name, sys.argv[1:]))
