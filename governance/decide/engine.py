"""The database that facts and decisions are computed in: in memory, small, without the network."""

from pathlib import Path

import duckdb

MEMORY_MB = 320
"""What DuckDB may hold before it writes to `spill`; the process itself needs some 100 MB more."""
MOST_MEMORY_MB = 2048
SMALL = 200_000
"""Artifacts that are decided in MEMORY_MB without writing to disk."""
_KB_EACH = 1.2
"""Of each artifact beyond that."""

THREADS = 2


def connect(
    spill: Path | None = None, *, memory: str = f"{MEMORY_MB}MB", threads: int = THREADS
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


def make_room(connection: duckdb.DuckDBPyConnection, artifacts: int) -> None:
    """Let the database grow with the number of artifacts; beyond 2 GB it writes to disk."""
    if artifacts > SMALL:
        needed = MEMORY_MB + int((artifacts - SMALL) * _KB_EACH / 1000)
        connection.execute(f"SET memory_limit = '{min(needed, MOST_MEMORY_MB)}MB'")


def parquet(path: Path) -> str:
    """Name one Parquet file for `read_parquet`, which would take `*`, `?` and `[` for patterns."""
    return "".join(f"[{char}]" if char in "*?[" else char for char in str(path))


def quote(text: str) -> str:
    """Write foreign text as an SQL string literal."""
    return "'" + text.replace("'", "''") + "'"
