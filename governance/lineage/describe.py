"""What is known of the nodes of a graph: facts of the artifacts, notes of the sources."""
# ruff: noqa: S608 - statements are of this package's own words; foreign text is a parameter.

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import cast

import duckdb

from governance.evidence.schema import moment_of
from governance.lineage.graph import TYPES, Artifact, Node, Said
from governance.lineage.index import base, based, folders, hand, is_place
from governance.lineage.resolve import DIGESTS, Thing
from governance.retention.rows import Row, integer, records

_KEYS = "('type', 'label', 'licence', 'status', 'state', 'digest', 'started', 'ended')"
_MOST_TEXTS = 20
"""Licences and digests of one node."""
_STARTS = {
    "job:": "job",
    "commit:": "code",
    "image:": "image",
    "hub:": "hub",
    "doi:": "release",
    "release:": "release",
    "record:": "record",
    "serving:": "deployment",
    "trainer.": "pointer",
    "run:": "run",
    "mlflow-run:": "run",
}
_PARTS = {
    "/run/": "run",
    "/alias/": "alias",
    "/version/": "version",
    "/model/": "model",
    "/dataset/": "dataset",
    "/registered/": "model",
}


def claims_said(connection: duckdb.DuckDBPyConnection, claims: Iterable[int]) -> dict[int, Said]:
    """Return who says each of these claims."""
    wanted = sorted(set(claims))
    if not wanted:
        return {}
    hand(connection, "asked", claim=wanted)
    rows = records(
        connection,
        'SELECT claim, words, kind, source, trusted, "at", since FROM claims'
        " SEMI JOIN asked USING (claim)",
    )
    return {integer(row["claim"]): _said(row, str(row["words"])) for row in rows}


def _said(row: Row, words: str) -> Said:
    return Said(
        words=words,
        kind=str(row["kind"]),
        source=str(row["source"]),
        trusted=bool(row["trusted"]),
        at=None if row["at"] is None else str(row["at"]),
        since=cast(datetime | None, row.get("since")),
    )


def describe(connection: duckdb.DuckDBPyConnection, things: Iterable[Thing]) -> list[Node]:
    """Return the nodes of some things."""
    every = list(things)
    facts = _facts(connection, [thing.copies[0][0] for thing in every if thing.copies])
    notes = _notes(connection, every)
    holding = _holding(connection, [thing.text for thing in every if not thing.copies])
    return [_node(thing, facts, notes.get(thing.id, []), holding) for thing in every]


def _node(
    thing: Thing,
    facts: Mapping[int, Artifact],
    notes: Sequence[tuple[Row, bool]],
    holding: Mapping[str, bool],
) -> Node:
    artifact = facts[thing.copies[0][0]] if thing.copies else None
    own = [row for row, exact in notes if exact]
    texts = {
        key: next((str(row["text"]) for row in own if row["key"] == key and row["text"]), None)
        for key in ("type", "label", "status", "state")
    }
    status = texts["status"]
    if texts["state"] == "deleted":
        status = f"{status}, deleted" if status else "deleted"
    if artifact is not None:
        there = True
        kind = _artifact_type(artifact, texts["type"])
    else:
        there = thing.text in holding or not (
            is_place(thing.text) or thing.text.startswith((*DIGESTS, "hub:"))
        )
        kind = _type(thing.text, holding)
        # The form of a node is more exact than `release`, which MLflow's aliases are noted as.
        if texts["type"] in TYPES and (texts["type"] != "release" or kind == "unknown"):
            kind = texts["type"]
    digests = (_text(row) for row in own if row["key"] == "digest")
    return Node(
        id=thing.id,
        type=kind or "unknown",
        label=texts["label"] or "",
        there=there,
        artifact=artifact,
        also=tuple(dict.fromkeys(uri for _, uri in thing.copies[1:])),
        licences=_licences(notes),
        digests=tuple(sorted({one for one in digests if one}))[:_MOST_TEXTS],
        status=status,
        started=_moment(own, "started"),
        ended=_moment(own, "ended"),
    )


def _artifact_type(artifact: Artifact, said: str | None) -> str:
    """What was listed decides; what is said of it counts where a listing cannot tell."""
    if artifact.kind in TYPES and artifact.kind not in ("unknown", "blob"):
        return artifact.kind
    return said if said in ("dataset", "checkpoint", "model", "adapter") else artifact.kind


def _type(text: str, holding: Mapping[str, bool]) -> str:
    if is_place(text):
        return ("run" if holding[text] else "folder") if text in holding else "unknown"
    for start, kind in _STARTS.items():
        if text.startswith(start):
            return kind
    if text.startswith("models:/"):
        return "alias" if "@" in text else "model"
    if text.startswith("mlflow:"):
        return next((kind for part, kind in _PARTS.items() if part in text), "unknown")
    return "code" if text.startswith("git:") else "unknown"


def _text(row: Row) -> str:
    return "" if row["text"] is None else str(row["text"])


def _licences(notes: Sequence[tuple[Row, bool]]) -> tuple[Said, ...]:
    found = [_said(row, _text(row)) for row, _ in notes if row["key"] == "licence" and row["text"]]
    return tuple(dict.fromkeys(found))[:_MOST_TEXTS]


def _moment(rows: Sequence[Row], key: str) -> datetime | None:
    numbers = [row["number"] for row in rows if row["key"] == key]
    first = next((one for one in numbers if isinstance(one, float)), None)
    return None if first is None else moment_of(first)


def _facts(connection: duckdb.DuckDBPyConnection, facts: Sequence[int]) -> dict[int, Artifact]:
    if not facts:
        return {}
    hand(connection, "asked", fact=facts)
    rows = records(
        connection,
        "SELECT fact, id, uri, slot, kind, layout, bytes, objects, complete, run, step, project,"
        " newest FROM facts SEMI JOIN asked USING (fact)",
    )
    return {
        integer(row["fact"]): Artifact(
            id=str(row["id"]),
            uri=str(row["uri"]),
            kind=str(row["kind"]),
            layout=str(row["layout"]),
            bytes=integer(row["bytes"]),
            objects=integer(row["objects"]),
            complete=cast(bool | None, row["complete"]),
            run=str(row["run"]),
            step=None if row["step"] is None else integer(row["step"]),
            project=str(row["project"]),
            newest=cast(datetime | None, row["newest"]),
            slot=str(row["slot"]),
        )
        for row in rows
    }


def _notes(
    connection: duckdb.DuckDBPyConnection, things: Sequence[Thing]
) -> dict[str, list[tuple[Row, bool]]]:
    """Notes of each thing by its id; true where they are of it and not of a folder around it."""
    asked: list[tuple[str, str, bool]] = []
    for thing in things:
        for text in [uri for _, uri in thing.copies] or [thing.text]:
            asked.append((thing.id, based(text), True))
            if is_place(text):
                asked += [(thing.id, folder, False) for folder in folders(text)]
    if not asked:
        return {}
    hand(
        connection,
        "asked",
        id=[one for one, _, _ in asked],
        text=[text for _, text, _ in asked],
        exact=[exact for _, _, exact in asked],
    )
    rows = records(
        connection,
        f"""
        SELECT DISTINCT a.id, a.exact, n.key, n.text, n.number, n.kind, n.source, n.trusted, n."at"
        FROM (SELECT *, {base("node")} AS named FROM notes WHERE key IN {_KEYS}) n
        JOIN asked a ON a.text = n.named
        WHERE a.exact OR n.key = 'licence'
        ORDER BY a.id, n.trusted DESC, n.kind, n.source, n.key, n.text, n.number, n."at"
        """,
    )
    found: dict[str, list[tuple[Row, bool]]] = {}
    for row in rows:
        found.setdefault(str(row["id"]), []).append((row, bool(row["exact"])))
    return found


def _holding(connection: duckdb.DuckDBPyConnection, texts: Sequence[str]) -> dict[str, bool]:
    """Folders that artifacts lie in; true for the folder of a run."""
    places = [text for text in texts if is_place(text)]
    if not places:
        return {}
    hand(connection, "asked", text=places, base=[based(text) for text in places])
    rows = records(
        connection,
        """
        SELECT a.text, bool_or(left(f.uri, length(f.uri) - length(f.root)) || rtrim(f.run, '/')
                               = a.base AND f.run <> '') AS is_run
        FROM asked a JOIN facts f ON f.uri > a.base || '/' AND f.uri < a.base || '0'
        GROUP BY a.text
        """,
    )
    return {str(row["text"]): bool(row["is_run"]) for row in rows}
