"""Tables and arrays that are owned by an engine: Delta, Iceberg, Zarr."""

import random
import uuid
from pathlib import Path

import numpy as np
import pyarrow as pa
import zarr
from deltalake import DeltaTable, write_deltalake
from pyiceberg.catalog.sql import SqlCatalog

from tests.real.case import Case

ABSENT = "a chunk that is absent stands for the fill value"
WHY = "only its engine knows which files belong to it"


def write(folder: Path) -> None:
    """Each with a history of its own, inside which nothing may be thinned."""
    _delta(folder)
    _iceberg(folder)
    _zarr(folder)


def _rows(first: int) -> pa.Table:
    numbers = list(range(first, first + 4))
    return pa.table({"id": numbers, "text": [f"row {number}" for number in numbers]})


def _delta(folder: Path) -> None:
    source = "write_deltalake, twice and an overwrite; a checkpoint of the log"
    case = Case(folder, "delta", source, ("deltalake",))
    root = "lake/events/"
    path = case.tree / root
    for first in (0, 4):
        write_deltalake(path, _rows(first), mode="append")
    write_deltalake(path, _rows(8), mode="overwrite")
    DeltaTable(path).create_checkpoint()
    case.artifact(root, "dataset", "delta", complete=None, why=WHY)
    case.close()


def _iceberg(folder: Path) -> None:
    case = Case(folder, "iceberg", "SqlCatalog.create_table; append, twice", ("pyiceberg",))
    numbers = random.Random(0)
    uuid.uuid4 = lambda: uuid.UUID(int=numbers.getrandbits(128), version=4)
    catalog = SqlCatalog(
        "local", uri="sqlite:///:memory:", warehouse=f"file://{case.tree}/warehouse"
    )
    catalog.create_namespace("clinic")
    table = catalog.create_table("clinic.visits", _rows(0).schema)
    for first in (0, 4):
        table.append(_rows(first))
    case.artifact("warehouse/clinic/visits/", "dataset", "iceberg", complete=None, why=WHY)
    case.close()


def _zarr(folder: Path) -> None:
    case = Case(folder, "zarr", "zarr.create_array, formats 2 and 3", ("zarr",))
    for form in (2, 3):
        root = f"arrays/v{form}.zarr/"
        group = zarr.open_group(case.tree / root, mode="w", zarr_format=form)
        array = group.create_array("x", shape=(8, 8), chunks=(4, 4), dtype="f4")
        array[:] = np.arange(64, dtype="f4").reshape(8, 8)
        case.artifact(root, "dataset", "zarr", complete=None, why=ABSENT)
    case.close()
