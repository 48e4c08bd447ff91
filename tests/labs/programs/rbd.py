#!/usr/bin/python3
"""rbd for a host without Ceph: images are lines of a file that outlives a reboot of the host.

``create``, ``info``, ``ls``, ``map``, ``unmap``, ``showmapped``, ``rm``. A mapped image is a file
``/dev/rbdN``; mounting it is :mod:`tests.labs.programs.mount`'s work. The images lie in
``/var/lib/lab/rbd.json``, which a diskless host loses: a test that wants Ceph to remember binds it.
"""

import json
import sys
from pathlib import Path

IMAGES, MAPPED = Path("/var/lib/lab/rbd.json"), Path("/run/lab/rbd.json")

TAKES_A_VALUE = (
    *("--size", "-s", "--pool", "-p", "--id", "-n", "--name", "--image", "--format"),
    *("--keyring", "--conf", "--image-feature"),
)


def read(file: Path) -> dict[str, str]:
    """Name of an image -> its size, or its device."""
    found: dict[str, str] = json.loads(file.read_text()) if file.exists() else {}
    return found


def write(file: Path, values: dict[str, str]) -> None:
    """Keep them."""
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(json.dumps(values))


def main(arguments: list[str]) -> int:
    """Do as rbd does, and write it down."""
    with open("/var/log/lab.jsonl", "a") as log:
        log.write(json.dumps(["rbd", *arguments]) + "\n")
    named: dict[str, str] = {}
    words: list[str] = []
    rest = iter(arguments)
    for word in rest:
        if word in TAKES_A_VALUE:
            named[word.lstrip("-")[0]] = next(rest)
        elif word.startswith("--") and "=" in word:
            named[word[2]] = word.partition("=")[2]
        elif not word.startswith("-"):
            words.append(word)
    if words[:2] == ["device", "list"]:
        words = ["showmapped"]
    if words[:1] == ["device"]:
        words = words[1:]
    images, mapped = read(IMAGES), read(MAPPED)
    verb, image = words[0], words[1] if len(words) > 1 else ""
    if image and "/" not in image and "p" in named:
        image = f"{named['p']}/{image}"
    if verb in ("ls", "list"):
        print("\n".join(name.rpartition("/")[2] for name in sorted(images)))
    elif verb in ("showmapped", "list-mapped"):
        rows = [
            {"id": str(n), "pool": i.rpartition("/")[0], "name": i.rpartition("/")[2], "device": d}
            for n, (i, d) in enumerate(mapped.items())
        ]
        print(json.dumps(rows))
    elif verb == "create":
        if image in images:
            print(f"rbd: image {image} already exists", file=sys.stderr)
            return 17
        write(IMAGES, images | {image: named.get("s", "")})
    elif verb == "unmap":
        gone = {name: device for name, device in mapped.items() if image in (name, device)}
        for device in gone.values():
            Path(device).unlink(missing_ok=True)
        write(MAPPED, {name: device for name, device in mapped.items() if name not in gone})
        return 0 if gone else 22
    elif image not in images:
        print(f"rbd: error opening image {image}: (2) No such file or directory", file=sys.stderr)
        return 2
    elif verb == "info":
        print(f"rbd image '{image}': size {images[image]}")
    elif verb == "map":
        device = mapped.get(image, f"/dev/rbd{len(mapped)}")
        Path(device).touch()
        write(MAPPED, mapped | {image: device})
        print(device)
    elif verb in ("rm", "remove"):
        write(IMAGES, {name: size for name, size in images.items() if name != image})
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
