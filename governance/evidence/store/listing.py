"""What was listed, as far as evidence needs it: small files by name, saves by run, what is there.

Everything is asked of the two Parquet files in SQL, so that memory does not follow their size.
"""

# ruff: noqa: S608 - statements are made of this package's own text; paths pass `quote`.

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

import pyarrow as pa

from governance.decide.engine import connect, parquet, quote

BATCH = 5_000
"""Rows that are given at once."""
MEMORY = "512MB"
_ROOT_BATCH = 20_000
MOST_ALIKE = 100
"""Artifacts that one path of another machine is taken for."""


@dataclass(frozen=True, slots=True)
class File:
    """One live object with a name that evidence may have, and the artifact that owns it."""

    key: str
    size: int
    modified: datetime | None
    folder: str
    """The path of its folder: "" or ends with /."""
    name: str
    root: str
    kind: str
    layout: str
    run: str


@dataclass(frozen=True, slots=True)
class Save:
    """One artifact."""

    root: str
    kind: str
    layout: str
    run: str
    step: int | None
    complete: bool | None
    base_model: str | None = None


class Listing:
    """One snapshot's rows in a database of its own; a context manager's `close` ends it."""

    def __init__(self, folder: Path, spill: Path) -> None:
        self._db = connect(spill, memory=MEMORY)
        for name in ("objects", "artifacts"):
            path = quote(parquet(folder / f"{name}.parquet"))
            self._db.execute(f"CREATE VIEW {name} AS SELECT * FROM read_parquet({path})")
        self._db.execute(
            "CREATE VIEW saves AS SELECT root, slot, kind, layout, run, step, complete, base_model"
            " FROM artifacts WHERE live AND NOT starts_with(slot, 'upload:')"
        )

    def take_files(self, condition: str) -> int:
        """Make the table of files whose `name` (and `kind`) fit an SQL condition; return how many.

        `kind` is that of the artifact that owns the file.
        """
        self._db.execute(
            f"""
            CREATE TABLE files AS
            SELECT key, size, modified, substr(key, 1, length(key) - length(name)) AS folder, name,
                   root, kind, layout, run, step, slot, parts, base_model
            FROM (
                SELECT key, coalesce(linked, size) AS size, modified, artifact,
                       split_part(key, '/', -1) AS name
                FROM objects WHERE is_latest AND entry = 'version'
            ) JOIN (SELECT artifact, root, kind, layout, run, step, slot, parts, base_model
                      FROM artifacts) USING (artifact)
            WHERE {condition}
            """
        )
        return int(self._scalar("SELECT count(*) FROM files"))

    def files(self, query: str) -> Iterator[list[File]]:
        """Give the files that a clause (`WHERE .. QUALIFY ..`) on the table `files` selects."""
        columns = "key, size, modified, folder, name, root, kind, layout, run"
        for rows in self._rows(f"SELECT {columns} FROM files {query} ORDER BY key"):
            yield [File(**row) for row in rows]

    def saves(self, query: str) -> Iterator[list[Save]]:
        """Give the artifacts that a clause on the view `saves` selects."""
        columns = "root, kind, layout, run, step, complete, base_model"
        return self._rows_as_saves(f"SELECT {columns} FROM saves {query}")

    def _rows_as_saves(self, query: str) -> Iterator[list[Save]]:
        for rows in self._rows(query):
            yield [Save(**row) for row in rows]

    def newest_without_steps(self) -> Iterator[list[Save]]:
        """Give, of each run none of whose saves states a step, the one that was written last."""
        return self._rows_as_saves(
            """
            SELECT root, kind, layout, run, step, complete, base_model
            FROM artifacts JOIN (
                SELECT artifact, max(modified) AS modified FROM objects
                WHERE is_latest AND entry = 'version' AND artifact IN (
                    SELECT artifact FROM artifacts
                    WHERE live AND kind = 'checkpoint' AND complete IS NOT false AND run NOT IN (
                        SELECT run FROM artifacts WHERE kind = 'checkpoint' AND step IS NOT NULL))
                GROUP BY artifact) USING (artifact)
            QUALIFY modified IS NULL OR modified = max(modified) OVER (PARTITION BY run)
            """
        )

    def there(self, paths: Collection[str]) -> dict[str, Save]:
        """Return which of these keys or folders (without the last /) are artifacts."""
        found: dict[str, Save] = {}
        every = sorted(set(paths))
        for start in range(0, len(every), _ROOT_BATCH):
            self._ask(every[start : start + _ROOT_BATCH])
            query = """
                SELECT path, root, kind, layout, run, step, complete, base_model
                FROM saves JOIN (
                    SELECT path, path AS root FROM asked
                    UNION ALL SELECT path, path || '/' FROM asked
                ) USING (root)
                ORDER BY path, slot DESC
            """
            for rows in self._rows(query):
                for row in rows:
                    path = row.pop("path")
                    found[path] = Save(**row)  # the slot "" comes last and stays
        return found

    def ending(self, tails: Collection[str]) -> dict[str, list[str]]:
        """Return the roots of artifacts whose last two parts are one of these, MOST_ALIKE each."""
        found: dict[str, list[str]] = {}
        every = sorted(set(tails))
        if not every:
            return found
        self._ask(every)
        query = rf"""
            SELECT path, root FROM asked JOIN (
                SELECT root, regexp_extract(rtrim(root, '/'), '[^/]+/[^/]+$') AS path FROM saves
                WHERE kind NOT IN ('run', 'unknown', 'debris', 'blob')
            ) USING (path)
            QUALIFY row_number() OVER (PARTITION BY path ORDER BY root) <= {MOST_ALIKE}
        """
        for rows in self._rows(query):
            for row in rows:
                found.setdefault(str(row["path"]), []).append(str(row["root"]))
        return found

    def holds(self, paths: Collection[str]) -> set[str]:
        """Return which of these keys or folders (without the last /) hold any live object."""
        every = sorted(set(paths))
        if not every:
            return set()
        self._db.execute(
            "CREATE TABLE IF NOT EXISTS folders AS"
            " SELECT DISTINCT regexp_replace(key, '[^/]*$', '') AS folder"
            " FROM objects WHERE is_latest AND entry = 'version'"
        )
        self._ask(every)
        query = """
            SELECT DISTINCT path FROM asked JOIN folders
            ON folder >= path || '/' AND folder < path || '0'
            UNION SELECT path FROM asked JOIN (
                SELECT key AS path FROM objects WHERE is_latest AND entry = 'version'
            ) USING (path)
        """
        return {str(row["path"]) for rows in self._rows(query) for row in rows}

    def _ask(self, paths: list[str]) -> None:
        # A table and no registered one, which a cursor would not see.
        self._db.register("incoming", pa.table({"path": pa.array(paths, pa.string())}))
        self._db.execute("CREATE OR REPLACE TABLE asked AS SELECT path FROM incoming")
        self._db.unregister("incoming")

    def _rows(self, query: str) -> Iterator[list[dict[str, Any]]]:
        # A cursor of its own: the caller may ask something else before it has taken all rows.
        cursor = self._db.cursor()
        try:
            for batch in cursor.sql(query).to_arrow_reader(BATCH):
                yield batch.to_pylist()
        finally:
            cursor.close()

    def _scalar(self, query: str) -> int:
        found = self._db.execute(query).fetchall()
        return int(found[0][0])

    def close(self) -> None:
        """Close the database."""
        self._db.close()
