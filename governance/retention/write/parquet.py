"""A report as Parquet: every column with its type, foreign text as it is."""

from pathlib import Path
from typing import BinaryIO

import pyarrow as pa
import pyarrow.parquet as pq

from governance.retention.write.whole import write_whole


def write_parquet(artifacts: pa.Table, path: Path) -> int:
    """Write a table with the columns of `ROWS`, zstd-compressed; returns the bytes."""

    def write(file: BinaryIO) -> None:
        pq.write_table(artifacts, file, compression="zstd")

    return write_whole(path, write)
