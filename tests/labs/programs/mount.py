#!/usr/bin/python3
"""mount for a host without block devices: a device becomes memory of that name, the rest is real.

Mounts are in the host's own namespace, so tmpfs and bind mounts can be what they are.
"""

import json
import os
import sys

TAKES_A_VALUE = ("-t", "--types", "-o", "--options", "-L", "-U", "-O", "--source", "--target")


def main(arguments: list[str]) -> None:
    """Become the real mount."""
    with open("/var/log/lab.jsonl", "a") as log:
        log.write(json.dumps(["mount", *arguments]) + "\n")
    words = [
        word
        for index, word in enumerate(arguments)
        if not word.startswith("-") and (index == 0 or arguments[index - 1] not in TAKES_A_VALUE)
    ]
    bind = "--bind" in arguments or any("bind" in word for word in arguments)
    if len(words) == 2 and words[0].startswith("/dev/") and not bind:
        arguments = ["-t", "tmpfs", words[0], words[1]]
    os.execv("/usr/bin/mount.real", ["mount", *arguments])


if __name__ == "__main__":
    main(sys.argv[1:])
