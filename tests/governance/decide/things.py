"""Small listings written out by hand, for tests that want to see every number."""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq

from governance.decide import claims, graph, places
from governance.decide.closure import reach
from governance.decide.decide import decide
from governance.decide.engine import connect
from governance.decide.evidence import Doubt, Evidence, Reading
from governance.decide.facts import build
from governance.decide.listings import Listing
from governance.evidence.roots import SOURCE_WORDS
from governance.evidence.schema import CLAIM_COLUMNS, NOTE_COLUMNS
from governance.pin.record import Pin
from governance.policy.parse import parse
from governance.snapshot.schema import ARTIFACTS, OBJECTS
from tests.governance.decide.oracle import Row

NOW = datetime(2026, 11, 22, 1, 20, tzinfo=UTC)


def days(number: float) -> datetime:
    """So many days before NOW."""
    return NOW - timedelta(days=number)


def artifact(number: int, root: str, **fields: object) -> Row:
    """One row of artifacts.parquet: a complete checkpoint of `runs/a/`."""
    return {
        "artifact": number,
        "id": f"{number:024x}",
        "bucket": "lab",
        "root": root,
        "slot": "",
        "uri": f"s3://lab/{root}",
        "kind": "checkpoint",
        "layout": "hf-trainer",
        "parts": ["hf-trainer"],
        "run": "runs/a/",
        "step": number,
        "complete": True,
        "missing": [],
        "why": None,
        "base_model": None,
        "mixed_weights": None,
        "mixed_optimizer": None,
        "live": True,
        **fields,
    }


def entry(number: int, **fields: object) -> Row:
    """One row of objects.parquet: 10 bytes of live weights that changed 100 days ago."""
    return {
        "key": f"key-{number}",
        "version_id": None,
        "is_latest": True,
        "entry": "version",
        "size": 10,
        "allocated": None,
        "modified": days(100),
        "etag": None,
        "storage_class": None,
        "owner": None,
        "artifact": number,
        "role": "weights",
        **fields,
    }


def listing(
    folder: Path, artifacts: Sequence[Row], objects: Sequence[Row] | None = None, **fields: object
) -> Listing:
    """Write a snapshot's two files; without objects each artifact has one."""
    folder.mkdir(parents=True, exist_ok=True)
    if objects is None:
        objects = [entry(row["artifact"]) for row in artifacts]
    pq.write_table(pa.Table.from_pylist(list(objects), schema=OBJECTS), folder / "objects.parquet")
    table = pa.Table.from_pylist(list(artifacts), schema=ARTIFACTS)
    pq.write_table(table, folder / "artifacts.parquet")
    said: dict[str, object] = {
        "snapshot": folder.name,
        "store": "s3.example.org:443",
        "source": "s3://lab/",
        "objects": folder / "objects.parquet",
        "artifacts": folder / "artifacts.parquet",
        **fields,
    }
    return Listing(**said)  # type: ignore[arg-type]


def pin(uri: str | None = None, **fields: object) -> Pin:
    """A pin that ada signed for good."""
    said: dict[str, object] = {
        "id": "pin-1",
        "store": "s3.example.org:443",
        "location": "s3://lab/.tutela/",
        "artifact": None,
        "uri": uri,
        "by": "ada",
        "reason": "figure 3",
        "at": NOW,
        **fields,
    }
    return Pin(**said)  # type: ignore[arg-type]


def reading(
    name: str = "mlflow", as_of: datetime | None = NOW, why: str | None = None, **fields: object
) -> Reading:
    """A source as policies name it; `why` says that it was not read completely."""
    kind, _, own = SOURCE_WORDS.get(name, name).partition(":")
    doubts = (Doubt(why),) if why else ()
    return Reading(kind, as_of, own, doubts, **fields)  # type: ignore[arg-type]


def claim(relation: str, holder: str, target: str, root: str | None = None, **more: object) -> Row:
    """One row of a source's claims."""
    words = f"{holder} {relation} {target}"
    return {
        "relation": relation,
        "holder": holder,
        "target": target,
        "root": root,
        "words": words,
        **more,
    }


def note(node: str, key: str, **more: object) -> Row:
    """One row of a source's notes."""
    return {"node": node, "key": key, **more}


def said_by(kind: str, *said: Row, name: str = "", **more: object) -> Reading:
    """A source that says these claims and notes; what a bucket holds is not trusted."""
    claimed = [row for row in said if "relation" in row]
    noted = [row for row in said if "key" in row]
    fields: dict[str, object] = {"as_of": NOW, "trusted": kind != "store", **more}
    return Reading(
        kind,
        name=name,
        claims=pa.Table.from_pylist(claimed, schema=CLAIM_COLUMNS),
        notes=pa.Table.from_pylist(noted, schema=NOTE_COLUMNS),
        **fields,  # type: ignore[arg-type]
    )


def told(*said: Row) -> Evidence:
    """The evidence where one MLflow, called lab, says these claims and notes."""
    return Evidence((said_by("mlflow", *said, name="lab"),))


def rows(connection: duckdb.DuckDBPyConnection, query: str) -> list[Row]:
    """The rows of a query as mappings."""
    found: list[Row] = connection.sql(query).to_arrow_table().to_pylist()
    return found


def decisions(
    folder: Path,
    artifacts: Sequence[Row],
    *policies: str,
    objects: Sequence[Row] | None = None,
    pins: Sequence[Pin] = (),
    evidence: Evidence | None = None,
    now: datetime = NOW,
    **fields: object,
) -> list[Row]:
    """Decide one listing by policies given as YAML; rows in the order of the artifacts."""
    connection = connect()
    try:
        build(connection, [listing(folder / "listing", artifacts, objects, **fields)], pins=pins)
        sources = [parse(text, f"policy-{n}.yaml") for n, text in enumerate(policies, 1)]
        decide(connection, sources, now=now, evidence=evidence)
        return rows(connection, "SELECT * FROM decisions ORDER BY fact")
    finally:
        connection.close()


def said(row: Mapping[str, object]) -> tuple[object, object, object]:
    """Verdict, rule and reason."""
    return row["verdict"], row["rule"], row["reason"]


def learned(
    folder: Path,
    artifacts: Sequence[Row],
    evidence: Evidence,
    objects: Sequence[Row] | None = None,
    servers: Sequence[str] = ("lab",),
) -> duckdb.DuckDBPyConnection:
    """A database with facts, claims, notes, places and the graph of them."""
    connection = connect()
    build(connection, [listing(folder / "listing", artifacts, objects)])
    claims.load(connection, evidence)
    places.index(connection)
    graph.build(connection, list(servers))
    return connection


def reached(connection: duckdb.DuckDBPyConnection, *, ancestors: bool = True) -> list[str]:
    """The roots of the artifacts that the claims with a root need; `*` where it is not whole."""
    chosen = "SELECT claim FROM claims WHERE root IS NOT NULL"
    whole = reach(connection, "reached", chosen, ancestors=ancestors)
    found = connection.sql(
        "SELECT f.root FROM facts f JOIN placed p USING (fact)"
        " WHERE p.node IN (SELECT node FROM reached) ORDER BY f.root"
    ).fetchall()
    return [root for (root,) in found] + ([] if whole else ["*"])
