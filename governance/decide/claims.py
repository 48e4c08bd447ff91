"""Claims and notes of every reading, side by side, where queries can reach them.

`load` makes two views:

`claims`  claim BIGINT (unique), source, kind VARCHAR, trusted BOOLEAN, and the columns of
          `governance.evidence.schema.CLAIM_COLUMNS`
`notes`   source, kind VARCHAR, trusted BOOLEAN, and those of `NOTE_COLUMNS`

Text is foreign and raw. The files are read when a query needs them, and only the columns it needs.
"""

from pathlib import Path

import duckdb
import pyarrow as pa

from governance.decide.engine import parquet, quote
from governance.decide.evidence import Evidence, Reading
from governance.evidence.schema import CLAIM_COLUMNS, NOTE_COLUMNS

_SHIFT = 40
"""Claims of one reading are numbered from (its number) * 2^40."""


def load(connection: duckdb.DuckDBPyConnection, evidence: Evidence) -> None:
    """Make the views `claims` and `notes`."""
    claims, notes = [], []
    for number, reading in enumerate(evidence.readings):
        if reading.claims is not None:
            rows = _rows(connection, f"claims_{number}", reading.claims)
            claims.append(
                f"SELECT {number << _SHIFT} + file_row_number AS claim, {_said(reading)},"
                f" {_names(CLAIM_COLUMNS)} FROM {rows}"
            )
        if reading.notes is not None:
            rows = _rows(connection, f"notes_{number}", reading.notes)
            notes.append(f"SELECT {_said(reading)}, {_names(NOTE_COLUMNS)} FROM {rows}")
    # Views may name what was registered, so they cannot outlive the connection.
    for name, schema, selects in (
        ("claims", CLAIM_COLUMNS, claims),
        ("notes", NOTE_COLUMNS, notes),
    ):
        empty = pa.Table.from_pylist([], schema=schema)
        connection.register(f"no_{name}", empty)
        first = "CAST(0 AS BIGINT) AS claim, " if name == "claims" else ""
        none = (
            f"SELECT {first}'' AS source, '' AS kind, false AS trusted, {_names(schema)}"
            f" FROM no_{name}"
        )
        connection.execute(
            f"CREATE OR REPLACE TEMP VIEW {name} AS " + "\nUNION ALL\n".join([none, *selects])
        )


def _said(reading: Reading) -> str:
    trusted = str(reading.trusted).upper()
    return f"{quote(reading.name)} AS source, {quote(reading.kind)} AS kind, {trusted} AS trusted"


def _names(schema: pa.Schema) -> str:
    return ", ".join(f'"{name}"' for name in schema.names)


def _rows(connection: duckdb.DuckDBPyConnection, name: str, said: Path | pa.Table) -> str:
    if isinstance(said, Path):
        return f"read_parquet({quote(parquet(said))}, file_row_number = true)"
    numbers = pa.array(range(said.num_rows), type=pa.int64())
    connection.register(name, said.append_column("file_row_number", numbers))
    return name
