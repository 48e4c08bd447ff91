"""Copies: artifacts that hold the same bytes, and single objects that do.

Two objects count as the same only where the store said so: equal size and equal ETag, in one
store, where the ETag has the form of a content digest (an MD5, or an MD5 of the parts' MD5s with
their number). An upload in one piece and one in parts have different ETags even for equal
bytes, so nothing is concluded from a difference. Encrypted objects have ETags that are no digest
of the content; equal ones are then equal only by copying, and never across stores. Empty files
and files without an ETag (POSIX) count as nothing.
"""
# ruff: noqa: S608 - statements are made of this package's own text; foreign text is a parameter
# or passes governance.decide.engine.quote.

from dataclasses import dataclass

import duckdb

from governance.retention.rows import integer, records, total

DIGEST = "^[0-9a-f]{32}(-[0-9]{1,5})?$"


@dataclass(frozen=True)
class Copy:
    """Artifacts in scope with the same content."""

    uris: tuple[str, ...]
    """At most `SHOWN` of those in scope, in order."""
    artifacts: int
    """How many there are in scope."""
    bytes: int
    """Logical bytes of one of them."""
    outside: bool
    """A copy lies outside the scope; a report never says where."""

    @property
    def extra(self) -> int:
        """Bytes that would be saved if only one of those in scope were left."""
        return self.bytes * (self.artifacts - 1)

    def as_json(self) -> dict[str, object]:
        """Every field by name, and the extra bytes."""
        return {
            "uris": list(self.uris),
            "artifacts": self.artifacts,
            "bytes": self.bytes,
            "bytes_extra": self.extra,
            "outside": self.outside,
        }


@dataclass(frozen=True)
class Duplicates:
    """Whole artifacts that are copies, and all duplicate objects in scope."""

    known: bool
    """False where nothing in scope has a content digest, so that nothing can be said."""
    copies: tuple[Copy, ...] = ()
    """The largest `LISTED` by extra bytes."""
    groups: int = 0
    """How many groups of copied artifacts there are."""
    objects: int = 0
    bytes: int = 0
    """Logical bytes of objects in scope beyond the first of each content."""
    outside_bytes: int = 0
    """Bytes in scope of which another copy lies outside the scope."""
    checked_bytes: int = 0
    """Bytes in scope that have a content digest and could be compared."""

    def as_json(self) -> dict[str, object]:
        """Every field by name."""
        return {
            "known": self.known,
            "copies": [copy.as_json() for copy in self.copies],
            "groups": self.groups,
            "objects": self.objects,
            "bytes": self.bytes,
            "outside_bytes": self.outside_bytes,
            "checked_bytes": self.checked_bytes,
        }


SHOWN = 5
LISTED = 20


def duplicates(connection: duckdb.DuckDBPyConnection) -> Duplicates:
    """Compare what is in scope with everything.

    Needs the tables `facts` (everything), `rows` (the scope) and `contents` (fact, size, etag; one
    row per live object of every chosen snapshot, in scope or not).
    """
    connection.execute(_DIGESTED)
    connection.execute(_TWINS)
    (checked,) = records(
        connection,
        f"SELECT {total('size')} AS checked FROM digested SEMI JOIN rows USING (fact)",
    )
    (sums,) = records(connection, _OBJECTS)
    connection.execute(_COPIES)
    found = records(connection, _LISTED)
    (count,) = records(
        connection, "SELECT count(*) AS groups FROM copied WHERE artifacts > 1 OR outside"
    )
    return Duplicates(
        known=integer(checked["checked"]) > 0,
        copies=tuple(
            Copy(
                uris=tuple(str(uri) for uri in _list(row["uris"])),
                artifacts=integer(row["artifacts"]),
                bytes=integer(row["bytes"]),
                outside=bool(row["outside"]),
            )
            for row in found
        ),
        groups=integer(count["groups"]),
        objects=integer(sums["objects"]),
        bytes=integer(sums["bytes"]),
        outside_bytes=integer(sums["outside"]),
        checked_bytes=integer(checked["checked"]),
    )


def _list(value: object) -> list[object]:
    return list(value) if isinstance(value, list) else []


_DIGESTED = f"""
CREATE OR REPLACE TEMP VIEW digested AS
SELECT fact, size, etag FROM contents WHERE size > 0 AND regexp_full_match(etag, '{DIGEST}')
"""

# Most objects are unlike any other: a hash of 64 bits sorts them out, so that only the few others
# are looked at closely.
_TWINS = """
CREATE OR REPLACE TEMP TABLE twins AS
WITH marked AS (SELECT fact, size, etag, hash(size, etag) AS mark FROM digested)
SELECT m.fact, f.store, m.size, m.etag, r.fact IS NOT NULL AS inside
FROM marked m
SEMI JOIN (SELECT mark FROM marked GROUP BY mark HAVING count(*) > 1) USING (mark)
JOIN facts f ON f.fact = m.fact
LEFT JOIN rows r ON r.fact = m.fact
"""

_OBJECTS = f"""
SELECT {total("greatest(inside - 1, 0)")} AS objects,
       {total("size::HUGEINT * greatest(inside - 1, 0)")} AS bytes,
       {total("CASE WHEN outside > 0 THEN size::HUGEINT * inside END")} AS outside
FROM (SELECT size, count(*) FILTER (WHERE inside) AS inside,
             count(*) FILTER (WHERE NOT inside) AS outside
      FROM twins GROUP BY store, size, etag)
WHERE inside > 0
"""

# An artifact is known by the multiset of its objects' (size, ETag): two sums of 64-bit halves of
# an MD5 do not depend on order, so no list per artifact is ever built. Objects that have no twin
# make the counts differ, and such an artifact is then no copy of anything.
_COPIES = f"""
CREATE OR REPLACE TEMP TABLE copied AS
WITH marks AS (
  SELECT fact, any_value(store) AS store, any_value(inside) AS inside,
         count(*) AS objects, {total("size")} AS bytes,
         sum(md5_number_lower(size::VARCHAR || ' ' || etag)::HUGEINT) AS low,
         sum(md5_number_upper(size::VARCHAR || ' ' || etag)::HUGEINT) AS high
  FROM twins GROUP BY fact
), sized AS (
  SELECT fact, count(*) AS objects FROM contents SEMI JOIN marks USING (fact)
  WHERE size > 0 GROUP BY fact
), same AS (
  SELECT marks.*, uri FROM marks JOIN sized USING (fact, objects) JOIN facts USING (fact)
)
SELECT bytes, list(uri ORDER BY uri) FILTER (WHERE inside) AS uris,
       count(*) FILTER (WHERE inside) AS artifacts, bool_or(NOT inside) AS outside
FROM same GROUP BY store, objects, bytes, low, high
HAVING count(*) > 1 AND bool_or(inside)
"""

_LISTED = f"""
SELECT bytes, artifacts, outside, uris[1:{SHOWN}] AS uris FROM copied
WHERE artifacts > 1 OR outside
ORDER BY bytes::HUGEINT * (artifacts - 1) DESC, bytes DESC, uris[1] LIMIT {LISTED}
"""
