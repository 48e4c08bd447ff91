"""A small model as the hub's tools leave one, and a record of it."""

import hashlib
import json
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path

from blueprints.supply.record import Mirror, mirror_of

NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)
REVISION = hashlib.sha1(b"Scout").hexdigest()
FILES: Mapping[str, bytes] = {
    "LICENSE": b"Permission is granted.\n",
    "README.md": b"---\nlicense: apache-2.0\n---\n# Scout\n",
    "config.json": b'{"num_attention_heads": 40}',
    "model-00001-of-00002.safetensors": bytes(range(256)) * 700,
    "model-00002-of-00002.safetensors": b"",
    "model.safetensors.index.json": json.dumps(
        {
            "weight_map": {
                "a": "model-00001-of-00002.safetensors",
                "b": "model-00002-of-00002.safetensors",
            }
        }
    ).encode(),
    "original/params.json": b"{}",
}


def written(folder: Path, files: Mapping[str, bytes] = FILES) -> Path:
    """Write files; return the folder."""
    for name, content in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
    return folder


def cloned(folder: Path) -> Path:
    """As `git clone` leaves it."""
    written(folder, {".git/HEAD": b"ref: refs/heads/main\n", ".gitattributes": b"* filter=lfs\n"})
    written(folder, {".git/refs/heads/main": f"{REVISION}\n".encode()})
    return written(folder)


def cached(hub: Path) -> Path:
    """As the hub's cache has it: links to blobs that are named by their digests."""
    top = hub / "models--example-org--Scout"
    for name, content in FILES.items():
        blob = b"blob %d\0" % len(content) + content
        small = hashlib.sha1(blob).hexdigest()
        large = hashlib.sha256(content).hexdigest()
        chosen = large if name.endswith(".safetensors") else small
        written(top, {f"blobs/{chosen}": content})
        link = top / "snapshots" / REVISION / name
        link.parent.mkdir(parents=True, exist_ok=True)
        link.symlink_to("../" * (name.count("/") + 2) + f"blobs/{chosen}")
    written(top, {"refs/main": REVISION.encode()})
    return top


def record(**more: object) -> Mirror:
    """The record of all files."""
    said = {
        "repository": "example-org/Scout",
        "revision": REVISION,
        "licence": "Apache-2.0",
        "source": "folder",
        "at": NOW,
        "files": {
            path: (len(text), hashlib.sha256(text).hexdigest()) for path, text in FILES.items()
        },
        "excluded": ("*.git*",),
        "tool": "tutela 0",
    }
    return mirror_of(**{**said, **more})  # type: ignore[arg-type]
