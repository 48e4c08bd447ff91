"""Names that probably mean the same: a hub's model and a folder called so, MLflow's short URIs.

Nothing proves such an edge; it is shown as what it is. It only ever adds to what is kept.
"""
# ruff: noqa: S608 - statements are of this package's own words; foreign text is a parameter.

from collections.abc import Iterable, Sequence

import duckdb

from governance.lineage.graph import Said
from governance.lineage.index import base, based, hand, is_place
from governance.retention.rows import integer, records

SAME_NAME = Said("has the same name, which proves nothing", "name", "", trusted=False)
SHORT = Said("is short for it, whatever the server", "name", "", trusted=False)
SHORT_NAMES = ("models:/", "mlflow-run:")
"""What the short names of MLflow begin with, which name no server."""
_CACHED = ("models--", "datasets--")


def hub_tail(text: str) -> str:
    """Return the last part of a hub's name, in lower case."""
    return text.removeprefix("hub:").rpartition("/")[2].lower()


def artifacts_of(
    connection: duckdb.DuckDBPyConnection, hubs: Sequence[str]
) -> dict[str, list[int]]:
    """Return the artifacts whose own name, or whose folder in a hub's cache, is that of a hub."""
    if not hubs:
        return {}
    pairs = [(text, hub_tail(text)) for text in hubs]
    hand(connection, "asked", text=[text for text, _ in pairs], tail=[tail for _, tail in pairs])
    cached = [(text, f"/{kind}{_dashed(text)}/") for text in hubs for kind in _CACHED]
    hand(connection, "cached", text=[text for text, _ in cached], part=[part for _, part in cached])
    rows = records(
        connection,
        f"""
        WITH places AS (
            SELECT fact, lower({base("uri")}) AS uri FROM facts SEMI JOIN spots USING (fact)
        )
        SELECT a.text, p.fact FROM asked a
        JOIN places p ON split_part(p.uri, '/', -1) = a.tail
        UNION
        SELECT c.text, p.fact FROM cached c JOIN places p ON contains(p.uri || '/', c.part)
        ORDER BY text, fact
        """,
    )
    found: dict[str, list[int]] = {}
    for row in rows:
        found.setdefault(str(row["text"]), []).append(integer(row["fact"]))
    return found


def _dashed(text: str) -> str:
    return text.removeprefix("hub:").replace("/", "--").lower()


def hubs_of(
    connection: duckdb.DuckDBPyConnection, uris: Iterable[tuple[int, str]]
) -> list[tuple[int, str]]:
    """Return the names of hubs in claims that artifacts, given as (key, uri), have."""
    wanted: list[tuple[int, str]] = []
    for key, uri in uris:
        parts = based(uri).lower().split("/")
        wanted.append((key, parts[-1]))
        wanted += [(key, part) for part in parts[3:] if part.startswith(_CACHED)]
    if not wanted:
        return []
    hand(connection, "asked", key=[key for key, _ in wanted], part=[part for _, part in wanted])
    rows = records(
        connection,
        """
        WITH hubs AS (SELECT text, lower(text[5:]) AS name FROM texts WHERE text LIKE 'hub:%')
        SELECT DISTINCT a.key, h.text FROM asked a JOIN hubs h
            ON a.part = split_part(h.name, '/', -1)
            OR a.part = 'models--' || replace(h.name, '/', '--')
            OR a.part = 'datasets--' || replace(h.name, '/', '--')
        ORDER BY a.key, h.text
        """,
    )
    return [(integer(row["key"]), str(row["text"])) for row in rows]


def longer(connection: duckdb.DuckDBPyConnection, texts: Iterable[str]) -> dict[str, list[str]]:
    """Return what MLflow's short names (`models:/llama@production`) mean on the servers read."""
    said = {text: tail for text in texts if (tail := _tail(text)) is not None}
    return _ending(connection, {text: f"/{tail}" for text, tail in said.items()}, "mlflow:")


def shorter(connection: duckdb.DuckDBPyConnection, texts: Iterable[str]) -> dict[str, list[str]]:
    """Return the short names in claims for nodes of MLflow servers."""
    said: dict[str, list[str]] = {}
    for text in texts:
        for kind, short in _SHORT.items():
            _, there, tail = text.partition(f"/{kind}/")
            if text.startswith("mlflow:") and there:
                said.setdefault(text, []).append(short + tail)
    if not said:
        return {}
    pairs = [(text, short) for text, shorts in said.items() for short in shorts]
    hand(connection, "asked", text=[text for text, _ in pairs], short=[one for _, one in pairs])
    rows = records(
        connection,
        "SELECT a.text, t.text AS short FROM asked a JOIN texts t ON t.node = hash(a.short)"
        " AND t.text = a.short ORDER BY ALL",
    )
    found: dict[str, list[str]] = {}
    for row in rows:
        found.setdefault(str(row["text"]), []).append(str(row["short"]))
    return found


_SHORT = {"alias": "models:/", "version": "models:/", "model": "models:/", "run": "mlflow-run:"}


def _tail(text: str) -> str | None:
    if text.startswith("mlflow-run:"):
        return f"run/{text.removeprefix('mlflow-run:')}"
    if not text.startswith("models:/"):
        return None
    name = text.removeprefix("models:/").strip("/")
    if "@" in name:
        return f"alias/{name}"
    return f"version/{name}" if "/" in name else f"model/{name}"


def _ending(
    connection: duckdb.DuckDBPyConnection, tails: dict[str, str], start: str
) -> dict[str, list[str]]:
    if not tails:
        return {}
    hand(connection, "asked", text=tails, tail=tails.values(), start=[start] * len(tails))
    rows = records(
        connection,
        "SELECT a.text, t.text AS longer FROM asked a JOIN texts t"
        " ON starts_with(t.text, a.start) AND suffix(t.text, a.tail) ORDER BY ALL",
    )
    found: dict[str, list[str]] = {}
    for row in rows:
        found.setdefault(str(row["text"]), []).append(str(row["longer"]))
    return found


def is_hub(text: str) -> bool:
    """Tell whether a text is a name on a hub."""
    return text.startswith("hub:") and not is_place(text)
