"""Finds the node that somebody means: an artifact, or something that a claim names."""

from collections.abc import Sequence

import duckdb

from blueprints.display import shorten, visible
from governance.errors import GovernanceError
from governance.lineage.index import based, is_place
from governance.lineage.names import SHORT_NAMES
from governance.retention.find import NoSuchArtifactError, find
from governance.retention.rows import records

_SHOWN = 8


class NoSuchNodeError(GovernanceError):
    """Neither an artifact nor a claim is called so."""

    kind = "no such node"


class AmbiguousNodeError(GovernanceError):
    """Several nodes are called so."""

    kind = "ambiguous node"


def find_start(connection: duckdb.DuckDBPyConnection, name: str) -> str:
    """Return the text for `subgraph` of the node that `name` means.

    `name` is an artifact's id, its beginning, or URI, as for `retention explain`; the text of a
    node (`mlflow:lab/run/0123`, `hub:org/name`), its end after a `/` or `:` (`llama@production`),
    or its label. Raises NoSuchNodeError, AmbiguousNodeError and AmbiguousArtifactError.
    """
    exact = _texts(connection, "text = $1 OR text = $2", [based(name), f"hub:{name}"])
    if not exact or is_place(name):
        try:
            fact = find(connection, name)
        except NoSuchArtifactError:
            pass
        else:
            row = records(connection, "SELECT id FROM facts WHERE fact = $1", [fact])[0]
            return f"artifact:{row['id']}"
    found = exact or _texts(
        connection,
        "suffix(text, $1) OR suffix(text, $2) OR suffix(text, $3)",
        [f"/{based(name)}", f":{based(name)}", f"@{based(name)}"],
    )
    found = found or _labelled(connection, name)
    # MLflow's short names are the last ones that are meant.
    found = [text for text in found if not text.startswith(SHORT_NAMES)] or found
    if not found:
        raise NoSuchNodeError(
            f"no artifact, and nothing that a source names, is {shorten(visible(name), 200)}",
            "give an id, a URI such as s3://bucket/run/checkpoint-10/, or a name such as"
            " llama@production",
            "tutela catalog list",
            "tutela evidence list",
        )
    if len(found) > 1:
        raise AmbiguousNodeError(
            f"{'many' if len(found) > _SHOWN else len(found)} nodes are called"
            f" {shorten(visible(name), 200)}",
            *(f"tutela lineage show {shorten(visible(text), 200)}" for text in found[:_SHOWN]),
        )
    return found[0]


def _texts(
    connection: duckdb.DuckDBPyConnection, condition: str, values: Sequence[str]
) -> list[str]:
    rows = records(
        connection,
        f"SELECT text FROM texts WHERE {condition} ORDER BY text LIMIT {_SHOWN + 1}",  # noqa: S608
        values,
    )
    return [str(row["text"]) for row in rows]


def _labelled(connection: duckdb.DuckDBPyConnection, name: str) -> list[str]:
    rows = records(
        connection,
        "SELECT DISTINCT node FROM notes WHERE key = 'label' AND text = $1"  # noqa: S608
        f" ORDER BY node LIMIT {_SHOWN + 1}",
        [name],
    )
    return [str(row["node"]) for row in rows]
