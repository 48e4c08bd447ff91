"""How much there is, and how it divides: by verdict, and by project, kind or rule."""
# ruff: noqa: S608 - statements are made of this package's own text; foreign text is a parameter
# or passes governance.decide.engine.quote.

from dataclasses import dataclass

import duckdb

from governance.retention.rows import STORED, Row, integer, records, total


@dataclass(frozen=True)
class Sum:
    """Counts and logical bytes of a group of artifacts."""

    artifacts: int = 0
    objects: int = 0
    bytes: int = 0
    bytes_weights: int = 0
    bytes_optimizer: int = 0
    bytes_other: int = 0
    bytes_noncurrent: int = 0
    bytes_upload: int = 0
    versions: int = 0
    delete_markers: int = 0

    @property
    def stored(self) -> int:
        """Live bytes, old versions and unfinished uploads together."""
        return self.bytes + self.bytes_noncurrent + self.bytes_upload

    def __add__(self, other: "Sum") -> "Sum":
        return Sum(**{name: getattr(self, name) + getattr(other, name) for name in _FIELDS})

    def as_json(self) -> dict[str, object]:
        """The counts by name, with `stored`."""
        return {**{name: getattr(self, name) for name in _FIELDS}, "bytes_stored": self.stored}


_FIELDS = tuple(Sum.__dataclass_fields__)


@dataclass(frozen=True)
class Group:
    """What is kept and what may go of one project, kind or rule; `partial` counts artifacts."""

    name: str
    keep: Sum
    expire: Sum
    partial: int = 0
    unverifiable: int = 0
    """Artifacts whose completeness cannot be known from what was read."""

    @property
    def all(self) -> Sum:
        """Both verdicts together."""
        return self.keep + self.expire


@dataclass(frozen=True)
class Rule:
    """The artifacts that one rule decided on one level, with the reason of the largest of them."""

    name: str
    verdict: str
    level: str
    """keep: the rule names it among what stays; rule: it lets it go later; see `decide`."""
    reason: str
    policy_line: str | None
    sum: Sum


def groups(connection: duckdb.DuckDBPyConnection, column: str) -> tuple[Group, ...]:
    """The table `rows` grouped by `column` (a column name of ours), largest first."""
    found = records(
        connection,
        f"""
        SELECT {column} AS name, verdict, {_SUMS},
               count(*) FILTER (WHERE complete = false) AS partial,
               count(*) FILTER (WHERE complete IS NULL) AS unverifiable
        FROM rows GROUP BY ALL
        """,
    )
    by_name: dict[str, list[Row]] = {}
    for row in found:
        by_name.setdefault(str(row["name"]), []).append(row)
    result = [_group(name, rows) for name, rows in by_name.items()]
    return tuple(sorted(result, key=lambda group: (-group.all.stored, group.name)))


def whole(connection: duckdb.DuckDBPyConnection) -> Group:
    """All of `rows` as one group; its name is empty."""
    found = groups(connection, "''")
    return found[0] if found else Group("", Sum(), Sum())


def rules(connection: duckdb.DuckDBPyConnection) -> tuple[Rule, ...]:
    """One entry per rule, level and verdict, largest first; every artifact is in exactly one."""
    found = records(
        connection,
        f"""
        SELECT rule, verdict, level, {_SUMS},
               arg_min(reason, (-{STORED}, uri, id)) AS reason,
               any_value(policy_line) AS policy_line
        FROM rows GROUP BY rule, verdict, level ORDER BY sum({STORED}) DESC, rule, level
        """,
    )
    return tuple(
        Rule(
            name=str(row["rule"]),
            verdict=str(row["verdict"]),
            level=str(row["level"]),
            reason=str(row["reason"] or ""),
            policy_line=None if row["policy_line"] is None else str(row["policy_line"]),
            sum=_sum(row),
        )
        for row in found
    )


_SUMS = "count(*) AS artifacts, " + ", ".join(
    f"{total(name)} AS {name}" for name in _FIELDS if name != "artifacts"
)


def _sum(row: Row) -> Sum:
    return Sum(**{name: integer(row[name]) for name in _FIELDS})


def _group(name: str, rows: list[Row]) -> Group:
    keep = expire = Sum()
    for row in rows:
        if row["verdict"] == "expire":
            expire = expire + _sum(row)
        else:
            keep = keep + _sum(row)
    return Group(
        name,
        keep,
        expire,
        sum(integer(row["partial"]) for row in rows),
        sum(integer(row["unverifiable"]) for row in rows),
    )
