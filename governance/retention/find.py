"""Finds the one artifact that somebody means by an id, the beginning of one, or a URI."""

import re

import duckdb

from blueprints.display import shorten, visible
from governance.errors import GovernanceError
from governance.retention.rows import Row, integer, records

_ID = re.compile(r"[0-9a-f]{4,24}")
_SHOWN = 5


class NoSuchArtifactError(GovernanceError):
    """Nothing in the newest snapshots is called so."""

    kind = "no such artifact"


class AmbiguousArtifactError(GovernanceError):
    """Several artifacts are called so."""

    kind = "ambiguous artifact"


def find(connection: duckdb.DuckDBPyConnection, name: str) -> int:
    """The number in `facts` of the artifact that `name` means.

    `name` is an id, at least 4 digits of the beginning of one, or a URI: of an artifact (with or
    without its last `/`), else of anything inside one. Where several artifacts share a root, its
    URI means the one that the root is. Raises NoSuchArtifactError and AmbiguousArtifactError.
    """
    found = _by_id(connection, name) if _ID.fullmatch(name) else []
    if not found and "://" in name:
        found = _by_uri(connection, name) or _around(connection, name)
    if not found:
        raise NoSuchArtifactError(
            f"no artifact {shorten(visible(name), 200)} in the newest snapshots",
            "give an id, its first digits, or a URI such as s3://bucket/run/checkpoint-10/",
            "tutela catalog list",
        )
    if len(found) > 1:
        raise AmbiguousArtifactError(
            f"{len(found)} artifacts are called {visible(name)}",
            *(f"tutela retention explain {row['id']}" for row in found[:_SHOWN]),
        )
    return integer(found[0]["fact"])


def _by_id(connection: duckdb.DuckDBPyConnection, name: str) -> list[Row]:
    return records(
        connection, "SELECT fact, id FROM facts WHERE starts_with(id, $1) ORDER BY id", [name]
    )


def _by_uri(connection: duckdb.DuckDBPyConnection, name: str) -> list[Row]:
    base = name.rstrip("/")
    found = records(
        connection,
        "SELECT fact, id, uri, slot FROM facts WHERE uri IN ($1, $2, $3) ORDER BY uri, slot",
        [name, base, base + "/"],
    )
    exact = [row for row in found if row["uri"] == name]
    found = exact or found
    return [row for row in found if row["slot"] == ""] or found


def _around(connection: duckdb.DuckDBPyConnection, name: str) -> list[Row]:
    """The artifact that a file's or inner folder's URI lies in: something of it has to be there."""
    return records(
        connection,
        """
        WITH near AS (
            SELECT fact, id, uri, left(uri, length(uri) - length(root)) AS base
            FROM facts WHERE starts_with($1, uri)
        )
        SELECT fact, any_value(id) AS id FROM contents JOIN near USING (fact)
        WHERE base || key = $1 OR starts_with(base || key, $2)
        GROUP BY fact, uri ORDER BY length(uri) DESC, fact LIMIT 1
        """,
        [name, name.rstrip("/") + "/"],
    )
