"""The database that facts and decisions are computed in: in memory, small, without the network."""

from pathlib import Path

import duckdb

MEMORY = "320MB"
"""What DuckDB may hold before it writes to `spill`; the process itself needs some 100 MB more."""

THREADS = 2


def connect(
    spill: Path | None = None, *, memory: str = MEMORY, threads: int = THREADS
) -> duckdb.DuckDBPyConnection:
    """Open an empty in-memory database.

    `spill` is a folder for what does not fit in `memory`; without it nothing is written to disk
    and a query that needs more fails.
    """
    connection = duckdb.connect(
        config={
            "memory_limit": memory,
            "threads": threads,
            # Rows have no order that matters; keeping one costs memory.
            "preserve_insertion_order": False,
            # Nothing is ever fetched: an extension that is not built in is an error.
            "autoinstall_known_extensions": False,
            "autoload_known_extensions": False,
            "temp_directory": str(spill) if spill else "",
        }
    )
    connection.execute("SET TimeZone = 'UTC'")
    return connection


def parquet(path: Path) -> str:
    """Name one Parquet file for `read_parquet`, which would take `*`, `?` and `[` for patterns."""
    return "".join(f"[{char}]" if char in "*?[" else char for char in str(path))


def quote(text: str) -> str:
    """Write foreign text as an SQL string literal."""
    return "'" + text.replace("'", "''") + "'"
