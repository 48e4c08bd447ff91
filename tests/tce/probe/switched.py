"""Frames through the two leaves, as the probe asks for them."""

import json
import subprocess
import sys
import tempfile
from collections.abc import Sequence


def heard(
    ports: Sequence[tuple[str, int, int]],
    trunks: Sequence[int],
    frames: Sequence[tuple[str, tuple[int, ...], str | None]],
) -> list[set[str]]:
    """Who hears each frame; ``ports``: name, leaf, VLAN; ``frames``: sender, tags, receiver."""
    vlan = {name: tag for name, _, tag in ports}
    asked = {
        "path": "",
        "ports": [{"name": name, "leaf": leaf, "tag": tag} for name, leaf, tag in ports],
        "trunks": trunks,
        "frames": [
            [number, sender, tags, receiver, wanted(vlan, sender, tags, trunks)]
            for number, (sender, tags, receiver) in enumerate(frames, 1)
        ],
    }
    with tempfile.TemporaryDirectory(prefix="tce") as folder:
        done = subprocess.run(
            [sys.executable, "-m", "tce.probe.leaves"],
            input=json.dumps({**asked, "folder": folder}),
            stdout=subprocess.PIPE,
            text=True,
            check=True,
        )
    answer = json.loads(done.stdout)["answer"]
    return [set(answer.get(str(number), ())) for number in range(1, len(frames) + 1)]


def wanted(
    vlan: dict[str, int], sender: str, tags: Sequence[int], trunks: Sequence[int]
) -> list[str]:
    """Who has to hear it, so that what a busy switch loses is sent again."""
    if tags or vlan[sender] not in trunks:
        return []
    return [name for name, tag in vlan.items() if tag == vlan[sender] and name != sender]
