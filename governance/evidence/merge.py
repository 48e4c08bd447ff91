"""Puts the claims of an earlier reading behind those of one that was cut short."""

from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from governance.decide.engine import connect, parquet
from governance.evidence.schema import CLAIM_COLUMNS

BATCH = 50_000
"""Rows."""


def with_older(claims: Path, older: Path) -> int:
    """Replace `claims` by all that it or `older` says, each claim once; return how many.

    Raises what DuckDB raises where there is no room.
    """
    merged = claims.with_name(f".{claims.name}.merged")
    count = 0
    with connect(claims.parent) as connection:
        rows = connection.sql(
            "SELECT * FROM read_parquet($new) UNION SELECT * FROM read_parquet($old)",
            params={"new": parquet(claims), "old": parquet(older)},
        )
        reader: pa.RecordBatchReader = rows.to_arrow_reader(BATCH)
        with pq.ParquetWriter(merged, CLAIM_COLUMNS, compression="zstd") as writer:
            for batch in reader:
                count += batch.num_rows
                table = pa.Table.from_batches([batch]).cast(CLAIM_COLUMNS)
                writer.write_table(table)
    merged.replace(claims)
    return count
