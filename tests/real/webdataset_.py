"""WebDataset shards, written by webdataset."""

from pathlib import Path

import webdataset

from tests.real.case import Case

LIBRARIES = ("webdataset",)
WHY = "nothing says how many shards there should be"


def write(folder: Path) -> None:
    """Two stems in one folder; a stem with a hole."""
    _two_stems(folder)
    _hole(folder)


def _shards(folder: Path, stem: str, count: int) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    with webdataset.ShardWriter(
        str(folder / f"{stem}-%06d.tar"), maxcount=2, verbose=0, mtime=0
    ) as sink:
        for number in range(count):
            sink.write({"__key__": f"{number:06d}", "txt": f"row {number}", "cls": number % 3})


def _two_stems(folder: Path) -> None:
    """A missing last shard cannot be seen, any other one leaves a hole."""
    case = Case(folder, "webdataset", "ShardWriter('train-%06d.tar', maxcount=2)", LIBRARIES)
    root = "images/"
    _shards(case.tree / root, "train", 6)
    _shards(case.tree / root, "val", 3)
    for stem, before_last in (("train", (0, 1)), ("val", (0,))):
        case.artifact(
            f"{root}{stem}-",
            "dataset",
            "webdataset",
            complete=None,
            why=WHY,
            named=[f"{number:06d}.tar" for number in before_last],
        )
    case.close()


def _hole(folder: Path) -> None:
    case = Case(folder, "webdataset-hole", "ShardWriter; shard 1 was never copied", LIBRARIES)
    _shards(case.tree / "copy", "train", 6)
    (case.tree / "copy/train-000001.tar").unlink()
    case.artifact("copy/train-", "dataset", "webdataset", complete=False, missing=["000001.tar"])
    case.close()
