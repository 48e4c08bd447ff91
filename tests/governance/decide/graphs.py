"""Claims about a few stored artifacts, and what comes of them before any rule is asked."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import duckdb

from governance.decide import claims, graph, places
from governance.decide.closure import reach
from governance.decide.decide import decide
from governance.decide.engine import connect
from governance.decide.evidence import Evidence, Reading
from governance.decide.facts import build
from governance.policy.parse import parse
from tests.governance.decide.oracle_graph import Row
from tests.governance.decide.things import NOW, artifact, claim, entry, listing, rows, said_by

DELETE = """version: 1
rules:
  - {id: age, match: {prefix: "*"}, else: {after: 30d, action: delete}}
"""
"""Whatever nothing keeps may go."""


def stored(*uris: str | Row) -> list[Row]:
    """Artifacts at these URIs, numbered from 1; a mapping has a `uri` and says more of it."""
    made = []
    for number, given in enumerate(uris, 1):
        fields: Row = {"uri": given} if isinstance(given, str) else dict(given)
        bucket, _, root = str(fields["uri"]).partition("://")[2].partition("/")
        made.append(artifact(number, root, **{"bucket": bucket, **fields}))
    return made


def root(target: str, kind: str = "mlflow.alias", name: str | None = "m@prod") -> Row:
    """A claim that is a reason by itself."""
    return claim("names", "somebody", target, root=kind, root_name=name)


def lab(*said: Row) -> Reading:
    """One MLflow server, called lab."""
    return said_by("mlflow", *said, name="lab")


@contextmanager
def facts_of(
    folder: Path, artifacts: Sequence[Row], objects: Sequence[Row] | None = None
) -> Iterator[duckdb.DuckDBPyConnection]:
    """A database with the facts of one listing."""
    connection = connect()
    try:
        build(connection, [listing(folder / "listing", artifacts, objects)])
        yield connection
    finally:
        connection.close()


@contextmanager
def graph_of(
    folder: Path,
    artifacts: Sequence[Row],
    *readings: Reading,
    objects: Sequence[Row] | None = None,
) -> Iterator[duckdb.DuckDBPyConnection]:
    """A database with the graph of what these sources claim."""
    with facts_of(folder, artifacts, objects) as connection:
        claims.load(connection, Evidence(readings))
        places.index(connection)
        servers = [reading.name for reading in readings if reading.kind == "mlflow"]
        graph.build(connection, servers)
        yield connection


@contextmanager
def decided(
    folder: Path,
    artifacts: Sequence[Row],
    policies: Sequence[str],
    *readings: Reading,
    objects: Sequence[Row] | None = None,
) -> Iterator[duckdb.DuckDBPyConnection]:
    """A database with all that a decision leaves."""
    with facts_of(folder, artifacts, objects) as connection:
        sources = [parse(text, f"policy-{n}.yaml") for n, text in enumerate(policies, 1)]
        decide(connection, sources, now=NOW, evidence=Evidence(readings))
        yield connection


def reached(connection: duckdb.DuckDBPyConnection, *, ancestors: bool = True) -> list[str]:
    """The artifacts that all roots together need; URIs, sorted."""
    roots = "SELECT claim FROM claims WHERE root IS NOT NULL"
    assert reach(connection, "reached", roots, ancestors=ancestors)
    found = rows(
        connection,
        "SELECT uri FROM facts JOIN placed USING (fact) SEMI JOIN reached USING (node)"
        " ORDER BY uri",
    )
    return [row["uri"] for row in found]


def needed(
    folder: Path,
    uris: Sequence[str | Row],
    *said: Row | Reading,
    ancestors: bool = True,
    objects: Sequence[Row] | None = None,
) -> list[str]:
    """The URIs among these that are needed, where lab says the claims and notes."""
    readings = [one for one in said if isinstance(one, Reading)]
    told = lab(*(one for one in said if not isinstance(one, Reading)))
    with graph_of(folder, stored(*uris), told, *readings, objects=objects) as connection:
        return reached(connection, ancestors=ancestors)


def kept(
    folder: Path,
    artifacts: Sequence[str | Row],
    policies: Sequence[str],
    *readings: Reading,
    objects: Sequence[Row] | None = None,
) -> dict[str, str]:
    """The rule for each artifact that stays, by its URI."""
    with decided(folder, stored(*artifacts), policies, *readings, objects=objects) as connection:
        query = (
            "SELECT uri, rule FROM decisions JOIN facts USING (fact) WHERE verdict = 'keep'"
            " ORDER BY fact"
        )
        return {row["uri"]: row["rule"] for row in rows(connection, query)}


def holding(number: int, etag: str) -> Row:
    """An object of the artifact with that number, as the store names its content."""
    return entry(number, etag=etag)
