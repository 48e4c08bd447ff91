"""Which artifacts a pin protects: the pinned one, all that lies under it, all that contains it."""

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta

import duckdb
import pyarrow as pa

from governance.pin.record import Pin

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)

_PINS = pa.schema(
    [
        pa.field("pin", pa.int32(), nullable=False),
        pa.field("id", pa.string(), nullable=False),
        pa.field("by", pa.string(), nullable=False),
        pa.field("reason", pa.string(), nullable=False),
        pa.field("until_us", pa.int64()),
        pa.field("words", pa.string(), nullable=False),
    ]
)
_NAMES = pa.schema(
    [
        pa.field("pin", pa.int32(), nullable=False),
        pa.field("store", pa.string()),  # null: of any store
        pa.field("name", pa.string(), nullable=False),
        pa.field("is_id", pa.bool_(), nullable=False),  # else it is a root
    ]
)
_RANGES = pa.schema(
    [
        pa.field("pin", pa.int32(), nullable=False),
        pa.field("store", pa.string()),
        pa.field("low", pa.string(), nullable=False),  # inclusive
        pa.field("high", pa.string(), nullable=False),  # exclusive
    ]
)


def mark_pinned(connection: duckdb.DuckDBPyConnection, pins: Sequence[Pin]) -> None:
    """Make the tables `pins` and `pinned` and fill the column `pins` of `facts`."""
    ordered = sorted(pins, key=_longest_first)
    numbered = list(enumerate(ordered))
    rows = [
        {
            "pin": n,
            "id": p.id,
            "by": p.by,
            "reason": p.reason,
            "until_us": micros(p.until),
            "words": words(p),
        }
        for n, p in numbered
    ]
    names = [name for n, pin in numbered for name in _names(n, pin)]
    ranges = [found for n, pin in numbered for found in _ranges(n, pin)]
    for table, schema, values in (
        ("pins", _PINS, rows),
        ("pin_names", _NAMES, names),
        ("pin_ranges", _RANGES, ranges),
    ):
        connection.register("incoming", pa.Table.from_pylist(values, schema=schema))
        connection.execute(f"CREATE OR REPLACE TEMP TABLE {table} AS FROM incoming")
        connection.unregister("incoming")
    connection.execute(_PINNED)
    if names:
        connection.execute(_ON_FACTS)


def micros(moment: datetime | None) -> int | None:
    """Return microseconds since 1970, the time in which decisions are computed."""
    return None if moment is None else (moment - _EPOCH) // timedelta(microseconds=1)


def words(pin: Pin) -> str:
    """Say who pinned and why; the text is foreign and not escaped."""
    if pin.problem is not None:
        return f"pinned by a record that cannot be read ({pin.problem})"
    until = f" (until {pin.until:%Y-%m-%d})" if pin.until else ""
    return f"pinned by {pin.by}{until}: {pin.reason}"


def _longest_first(pin: Pin) -> tuple[bool, float, str]:
    until = micros(pin.until)
    return until is not None, -(until or 0), pin.id


def _names(number: int, pin: Pin) -> Iterator[dict[str, object]]:
    for artifact in sorted({pin.artifact, pin.also} - {None}, key=str):
        yield {"pin": number, "store": None, "name": artifact, "is_id": True}
    if pin.uri is not None:
        for name in containers(pin.uri):
            yield {"pin": number, "store": pin.store, "name": name, "is_id": False}


def containers(uri: str) -> list[str]:
    """Return the URI as folder and as file, and every root that it could lie in.

    A root may also be the stem that several files share (`tokens` of `tokens.bin`), so that cuts
    are made before any separator and not at `/` alone.
    """
    base = uri.rstrip("/")
    start = base.find("://") + 3
    cuts = [base[: at + 1] for at in range(start, len(base)) if base[at] == "/"]
    stems = [base[:at] for at in range(start + 1, len(base)) if base[at] in "/.-_="]
    return sorted({*cuts, *stems, base, base + "/", uri})


def _ranges(number: int, pin: Pin) -> Iterator[dict[str, object]]:
    if pin.uri is not None:
        base = pin.uri.rstrip("/")
        # "0" is the character after "/": all that starts with `base/` lies between the two.
        yield {"pin": number, "store": pin.store, "low": base + "/", "high": base + "0"}


_PINNED = """
CREATE OR REPLACE TEMP TABLE pinned AS
SELECT f.fact, n.pin FROM facts f JOIN pin_names n ON n.name = f.id WHERE n.is_id
UNION
SELECT f.fact, n.pin FROM facts f JOIN pin_names n ON n.name = f.uri
WHERE NOT n.is_id AND (n.store IS NULL OR n.store = f.store)
UNION
SELECT f.fact, r.pin FROM facts f JOIN pin_ranges r ON f.uri >= r.low AND f.uri < r.high
WHERE r.store IS NULL OR r.store = f.store
"""

_ON_FACTS = """
UPDATE facts SET pins = found.ids
FROM (
    SELECT fact, list(DISTINCT id ORDER BY id) AS ids
    FROM pinned JOIN pins USING (pin) GROUP BY fact
) AS found
WHERE facts.fact = found.fact
"""
