#!/usr/bin/python3
"""timedatectl for a host whose clock is this machine's: right, unless a file says no."""

import json
import sys
from pathlib import Path


def main(arguments: list[str]) -> int:
    """Say whether the clock is synchronised; ``/run/lab/clock`` holds another answer."""
    with open("/var/log/lab.jsonl", "a") as log:
        log.write(json.dumps(["timedatectl", *arguments]) + "\n")
    said = Path("/run/lab/clock")
    value = said.read_text().strip() if said.exists() else "yes"
    print(value if "--value" in arguments else f"NTPSynchronized={value}")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
