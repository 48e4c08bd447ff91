"""Asks a database for rows, in pages and for lists of ids; types are what the database holds."""

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from governance.evidence.claim import MAX_TEXT
from governance.evidence.errors import EvidenceError
from governance.evidence.mlflow.entities import DEFAULT_WORKSPACE, Point, value_of

if TYPE_CHECKING:
    from sqlalchemy import Connection, RowMapping

PAGE = 500
"""Runs or models whose rows are read at once."""
_MOST = 2**63


class Rows:
    """The rows of one database. `connection` is in a transaction; see `database.opened`."""

    def __init__(self, connection: "Connection") -> None:
        import sqlalchemy as sa

        self._connection = connection
        self._inspector = sa.inspect(connection)
        # Workspaces came with MLflow 3.10; before that there is one.
        self._workspace = (
            "workspace"
            if self._has("experiments", "workspace")
            else f"'{DEFAULT_WORKSPACE}' AS workspace"
        )

    def _has(self, table: str, column: str) -> bool:
        if not self._inspector.has_table(table):
            raise EvidenceError(f"the MLflow database has no table {table}")
        return any(one["name"] == column for one in self._inspector.get_columns(table))

    def _rows(self, sql: str, **values: object) -> "Sequence[RowMapping]":
        """All rows at once: while one is waiting, a SQLite file may be locked for MLflow."""
        import sqlalchemy as sa

        return self._connection.execute(sa.text(sql), values).mappings().all()

    def _of(self, sql: str, ids: Sequence[str], **values: object) -> "Sequence[RowMapping]":
        """Rows of a statement that says `IN :ids`."""
        import sqlalchemy as sa

        bound = sa.text(sql).bindparams(sa.bindparam("ids", expanding=True))
        return self._connection.execute(bound, {"ids": list(ids), **values}).mappings().all()

    def _pages(self, sql: str, key: str) -> "Iterator[list[RowMapping]]":
        """Pages of a statement that says `key > :last ORDER BY key LIMIT :page`."""
        last = ""
        while page := list(self._rows(sql, last=last, page=PAGE)):
            yield page
            last = page[-1][key]


def cut(column: str) -> str:
    """Return the SQL for a text that the database cuts: nobody needs 10 MB of a tag."""
    return f"SUBSTR({column}, 1, {MAX_TEXT + 1})"


def text_of(value: object) -> str:
    """Return what should be a text as one; SQLite holds anything in any column."""
    if isinstance(value, bytes):
        return value.decode(errors="replace")
    return "" if value is None else str(value)


def text_or_none(value: object) -> str | None:
    """Return what should be a text as one, or None where there is none."""
    return text_of(value) or None


def whole(value: object) -> int | None:
    """Return what should be a whole number of 64 bits as one, or None."""
    try:
        number = int(value)  # type: ignore[call-overload] # anything else is caught
    except (TypeError, ValueError, OverflowError):
        return None
    return number if isinstance(number, int) and -_MOST <= number < _MOST else None


def point(name: object, row: "RowMapping") -> Point:
    """Return one value of a metric from its `value`, `step` and `is_nan`."""
    value = None if row.get("is_nan") else value_of(row["value"])
    return Point(text_of(name), value, whole(row["step"]))
