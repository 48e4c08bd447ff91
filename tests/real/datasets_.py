"""Hugging Face datasets on disk, as hub Parquet, as plain Parquet and Arrow folders."""

from pathlib import Path

import pyarrow as pa
import pyarrow.dataset as ds
from datasets import Dataset, DatasetDict

from tests.real.case import Case

LIBRARIES = ("datasets", "pyarrow")
INDEX = ("dataset_info.json", "state.json")


def write(folder: Path) -> None:
    """One dataset, splits, hub layout, a save cut short, folders without a manifest."""
    _single(folder)
    _splits(folder)
    _hub(folder)
    _plain(folder)


def _rows(count: int = 64) -> Dataset:
    return Dataset.from_dict(
        {"id": list(range(count)), "text": [f"row {number}" for number in range(count)]}
    )


def _single(folder: Path) -> None:
    source = "Dataset.save_to_disk(num_shards=3); one upload without its last shard"
    case = Case(folder, "datasets-saved", source, LIBRARIES)
    for root in ("data/corpus-v1/", "data/corpus-v1-upload/"):
        _rows().save_to_disk(case.tree / root, num_shards=3)
    case.artifact(
        "data/corpus-v1/", "dataset", "hf-datasets", named=["data-*-of-00003.arrow", *INDEX]
    )
    last = "data-00002-of-00003.arrow"
    (case.tree / "data/corpus-v1-upload" / last).unlink()
    case.artifact(
        "data/corpus-v1-upload/", "dataset", "hf-datasets", complete=False, missing=[last]
    )
    case.close()


def _splits(folder: Path) -> None:
    case = Case(folder, "datasets-dict", "DatasetDict.save_to_disk", LIBRARIES)
    root = "data/clinic/"
    splits = DatasetDict(train=_rows(), test=_rows(8))
    splits.save_to_disk(case.tree / root, num_shards={"train": 2, "test": 1})
    # Without `dataset_dict.json` there would still be two whole datasets: it is not in `named`.
    parts = ("data-*-of-*.arrow", *INDEX)
    named = [f"{split}/{part}" for split in ("train", "test") for part in parts]
    case.artifact(root, "dataset", "hf-datasets", named=named)
    case.close()


def _hub(folder: Path) -> None:
    """`data/<split>-<n>-of-<n>.parquet` and the card, as `push_to_hub` names them."""
    source = "Dataset.shard(..).to_parquet under the names of push_to_hub"
    case = Case(folder, "datasets-hub", source, LIBRARIES)
    root = "hub/corpus/"
    for split, count, shards in (("train", 64, 2), ("validation", 8, 1)):
        for number in range(shards):
            path = case.tree / root / f"data/{split}-{number:05d}-of-{shards:05d}.parquet"
            path.parent.mkdir(parents=True, exist_ok=True)
            _rows(count).shard(shards, number).to_parquet(path)
    card = "---\nconfigs:\n- config_name: default\n  data_files:\n"
    for split in ("train", "validation"):
        card += f"  - split: {split}\n    path: data/{split}-*\n"
    case.put(f"{root}README.md", f"{card}---\n# corpus\n")
    # Without its only file validation is still a split, but nothing says how many files it had.
    case.artifact(root, "dataset", "hf-datasets", named=["data/train-*.parquet"])
    case.close()


def _plain(folder: Path) -> None:
    """Written by pyarrow: nothing says how many files there should be."""
    source = "pyarrow.dataset.write_dataset, partitioned Parquet and Arrow IPC"
    case = Case(folder, "plain-tables", source, ("pyarrow",))
    table = pa.table({"lang": ["de", "fr", "de", "fr"], "text": ["a", "b", "c", "d"]})
    why = "nothing says which files there should be"
    for form in ("parquet", "arrow"):
        root = f"tables/{form}/"
        ds.write_dataset(
            table,
            case.tree / root,
            format=form,
            partitioning=["lang"],
            partitioning_flavor="hive",
        )
        case.artifact(root, "dataset", f"{form}-dataset", complete=None, why=why)
    case.close()
