#!/usr/bin/python3
"""iptables-save and iptables-restore for a host without them: rules are the lines of a file."""

import json
import sys
from pathlib import Path


def main(name: str, arguments: list[str]) -> int:
    """Print the rules, or take those of the standard input instead."""
    with open("/var/log/lab.jsonl", "a") as log:
        log.write(json.dumps([name, *arguments]) + "\n")
    rules = Path("/run/lab", name.partition("-")[0])
    if name.endswith("-restore"):
        rules.write_text(sys.stdin.read())
    elif rules.exists():
        sys.stdout.write(rules.read_text())
    return 0


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[0]).name, sys.argv[1:]))
