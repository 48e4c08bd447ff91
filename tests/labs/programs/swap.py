#!/usr/bin/python3
"""swapon and swapoff for a host that must not turn off this machine's swap: a file is on or off."""

import json
import sys
from pathlib import Path

ON = Path("/run/lab/swap")


def main(name: str, arguments: list[str]) -> int:
    """Show what is on, turn one on, or all off."""
    with open("/var/log/lab.jsonl", "a") as log:
        log.write(json.dumps([name, *arguments]) + "\n")
    named = [word for word in arguments if not word.startswith("-")]
    if name == "swapoff":
        ON.unlink(missing_ok=True)
    elif named:
        ON.write_text(named[0] + "\n")
    elif ON.exists():
        sys.stdout.write(ON.read_text())
    return 0


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[0]).name, sys.argv[1:]))
