"""MosaicML streaming (MDS) datasets, written by mosaicml-streaming."""

import importlib.util
import sys
from pathlib import Path

from tests.real.case import Case

# `import streaming` itself imports torchvision, which has no wheel for CPU torch here and which
# writing a dataset does not need: load the package without running its __init__.
_spec = importlib.util.find_spec("streaming")
assert _spec is not None
sys.modules["streaming"] = importlib.util.module_from_spec(_spec)

from streaming.base import MDSWriter  # noqa: E402
from streaming.base.util import merge_index  # noqa: E402

LIBRARIES = ("mosaicml-streaming",)
COLUMNS = {"id": "int", "text": "str"}


def write(folder: Path) -> None:
    """Plain and compressed shards, a merged dataset of several writers, a killed writer."""
    _plain(folder)
    _compressed(folder)
    _merged(folder)
    _interrupted(folder)


def _rows(out: Path, count: int, compression: str | None = None) -> MDSWriter:
    writer = MDSWriter(
        out=str(out),
        columns=COLUMNS,
        compression=compression,
        hashes=["sha1"],
        size_limit=1024,
        exist_ok=True,
    )
    for number in range(count):
        writer.write({"id": number, "text": f"sample number {number}"})
    return writer


def _plain(folder: Path) -> None:
    case = Case(folder, "mds", "MDSWriter(hashes=['sha1'], size_limit=1024)", LIBRARIES)
    root = "tokens/mds/train/"
    _rows(case.tree / root, 60).finish()
    case.artifact(root, "dataset", "mds", named=["index.json", "shard.*.mds"])
    case.close()


def _compressed(folder: Path) -> None:
    case = Case(folder, "mds-zstd", "MDSWriter(compression='zstd')", LIBRARIES)
    root = "tokens/zstd/"
    _rows(case.tree / root, 60, "zstd").finish()
    case.artifact(root, "dataset", "mds", named=["index.json", "shard.*.mds.zstd"])
    case.close()


def _merged(folder: Path) -> None:
    """Each worker writes its own folder; `merge_index` makes one dataset of them."""
    source = "two MDSWriters and streaming.base.util.merge_index"
    case = Case(folder, "mds-merged", source, LIBRARIES)
    root = "tokens/merged/"
    for worker in ("0", "1"):
        _rows(case.tree / root / worker, 30).finish()
    merge_index(str(case.tree / root), keep_local=True)
    # Without the merged index there would still be two whole datasets: it is not in `named`.
    case.artifact(root, "dataset", "mds", named=["*/shard.*.mds"])
    case.close()


def _interrupted(folder: Path) -> None:
    """`index.json` is written by `finish`: a killed writer leaves shards alone."""
    case = Case(folder, "mds-interrupted", "MDSWriter without finish", LIBRARIES)
    root = "tokens/killed/"
    _rows(case.tree / root, 60)
    case.artifact(root, "dataset", "mds", complete=False, missing=["index.json"])
    case.close()
