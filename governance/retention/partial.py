"""Artifacts that lack a file which they name."""
# ruff: noqa: S608 - statements are made of this package's own text; foreign text is a parameter
# or passes governance.decide.engine.quote.

from collections.abc import Sequence
from dataclasses import dataclass
from typing import cast

import duckdb

from blueprints.display import visible
from governance.retention.rows import STORED, integer, records

LISTED = 20


@dataclass(frozen=True)
class Partial:
    """One partial artifact; its texts come from a bucket and are not escaped."""

    id: str
    uri: str
    kind: str
    verdict: str
    missing: tuple[str, ...]
    """Names inside it (see `inside`)."""
    why: str | None
    stored: int


def partial(connection: duckdb.DuckDBPyConnection) -> tuple[Partial, ...]:
    """The `LISTED` largest of the table `rows` that are known to be partial."""
    found = records(
        connection,
        f"""
        SELECT id, uri, kind, verdict, missing, why, {STORED} AS stored
        FROM rows WHERE complete = false ORDER BY stored DESC, uri LIMIT {LISTED}
        """,
    )
    return tuple(
        Partial(
            id=str(row["id"]),
            uri=str(row["uri"]),
            kind=str(row["kind"]),
            verdict=str(row["verdict"]),
            missing=tuple(
                inside(str(row["uri"]), name) for name in cast(list[str], row["missing"] or [])
            ),
            why=None if row["why"] is None else str(row["why"]),
            stored=integer(row["stored"]),
        )
        for row in found
    )


def inside(uri: str, name: str) -> str:
    """A missing file's key as it is called inside the artifact at `uri`; other words unchanged."""
    for end in range(len(name) - 1, -1, -1):
        if name[end] == "/" and uri.endswith("/" + name[: end + 1]):
            return name[end + 1 :] or name
    return name


def named(names: Sequence[str], most: int = 10) -> str:
    """The first names, escaped, and how many more there are."""
    shown = ", ".join(visible(name) for name in names[:most])
    return f"{shown} and {len(names) - most} more" if len(names) > most else shown
