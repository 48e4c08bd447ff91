"""A small project on disk, scanned: two saves of one run, one of them partial, and a note."""

import io
import json
import os
import zipfile
from pathlib import Path

from governance.workspace.workspace import Workspace
from tests.governance.catalog.places import scanned

MAY = 1_777_600_000.0
SHARDS = [f"model-{shard:05}-of-00002.safetensors" for shard in (1, 2)]
INDEX = json.dumps({"weight_map": {"a": SHARDS[0], "b": SHARDS[1]}})


def safetensors(length: int) -> bytes:
    """A whole file of one tensor, so many bytes long."""
    size = length - 100
    header = json.dumps({"a": {"dtype": "U8", "shape": [size], "data_offsets": [0, size]}})
    return (92).to_bytes(8, "little") + header.ljust(92).encode() + bytes(size)


def zipped(length: int) -> bytes:
    """An archive such as torch writes, so many bytes long."""
    text = io.BytesIO()
    with zipfile.ZipFile(text, "w") as archive:
        archive.writestr("archive/data.pkl", bytes(length - 130))  # what the archive itself takes
    return text.getvalue()


def project(workspace: Workspace) -> Path:
    """Write it beside the workspace, scan it, and return its folder."""
    tree = workspace.folder.parent / "tree"
    for step, shards in ((10, (0, 1)), (20, (0,))):
        save = tree / "runs" / "a" / f"checkpoint-{step}"
        save.mkdir(parents=True)
        (save / "config.json").write_text("{}")
        (save / "trainer_state.json").write_text("{}")
        (save / "model.safetensors.index.json").write_text(INDEX)
        (save / "optimizer.pt").write_bytes(zipped(3000))
        for shard in shards:
            (save / SHARDS[shard]).write_bytes(safetensors(1000))
    (tree / "new\nline \u202e.txt").write_text("x")
    for folder, _, names in os.walk(tree):
        for name in names:
            os.utime(Path(folder) / name, (MAY, MAY))
    scanned(workspace, f"file://{tree}")
    return tree
