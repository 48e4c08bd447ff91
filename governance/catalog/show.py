"""`tutela catalog show`: all that is known of one artifact, and its files."""
# ruff: noqa: S608 - statements are of this module's own words; foreign text is a parameter.

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import cast

from blueprints.display import count, size, table, visible, when
from governance.catalog.facts import newest_facts
from governance.catalog.list import COLUMNS, plain
from governance.decide.engine import parquet
from governance.retention.find import find
from governance.retention.rows import Row, integer, records
from governance.workspace.workspace import Workspace


@dataclass(frozen=True)
class Shown:
    """One artifact and its rows, in the order of keys, newest version first."""

    facts: Row
    files: Sequence[Row]
    total: int
    """Rows in all; `files` may be the first of them."""

    def __str__(self) -> str:
        lines = [f"{name:<12}{visible(value)}" for name, value in self._facts() if value]
        root = str(self.facts["root"])
        head = ("what", "role", "size", "modified", "version", "name")
        cells = [_cells(row, root) for row in self.files]
        lines += ["", table(head, cells, right=(2,), whole=(0, 1, 3))]
        if len(self.files) < self.total:
            lines += ["", f"the first {count(len(self.files))} of {count(self.total)} rows"]
        return "\n".join(lines)

    def _facts(self) -> list[tuple[str, str]]:
        facts = self.facts
        known = {True: "yes", False: "no", None: "not known"}
        return [
            ("uri", str(facts["uri"])),
            ("id", str(facts["id"])),
            ("kind", f"{facts['kind']} ({', '.join(cast(list[str], facts['parts']))})"),
            ("project", str(facts["project"])),
            ("run", str(facts["run"])),
            ("step", "" if facts["step"] is None else str(facts["step"])),
            ("complete", known[cast(bool | None, facts["complete"])]),
            ("missing", ", ".join(cast(list[str], facts["missing"]))),
            ("why", str(facts["why"] or "")),
            ("base model", str(facts["base_model"] or "")),
            ("live", "" if facts["live"] else "no: only older versions or uploads are left"),
            ("size", self._sizes()),
            ("older", _amount(facts, "bytes_noncurrent")),
            ("uploads", _amount(facts, "bytes_upload")),
            ("on disk", _amount(facts, "allocated")),
            ("newest", when(cast(datetime | None, facts["newest"]))),
            ("oldest", when(cast(datetime | None, facts["oldest"]))),
            ("source", str(facts["source"])),
            ("snapshot", str(facts["snapshot"])),
            ("listing", "" if facts["listing_complete"] else "incomplete: there may be more"),
        ]

    def _sizes(self) -> str:
        facts = self.facts
        parts = [
            f"{name} {size(integer(facts[f'bytes_{name}']))}"
            for name in ("weights", "optimizer", "other")
        ]
        bound = "at least " if facts["lower_bound"] else ""
        return f"{bound}{size(integer(facts['bytes']))}: {', '.join(parts)}"

    def as_json(self) -> dict[str, object]:
        """Schema `tutela/catalog-show/v1`."""
        return {
            "schema": "tutela/catalog-show/v1",
            "artifact": plain(self.facts),
            "total": self.total,
            "files": [plain(row) for row in self.files],
        }


def show(workspace: Workspace, name: str, *, limit: int | None) -> Shown:
    """Return what the newest snapshots know of the artifact that `name` means.

    Raises:
        NoSuchArtifactError, AmbiguousArtifactError: `name` means none, or several.
        NothingScannedError: there is no snapshot.
    """
    with newest_facts(workspace) as (connection, snapshots):
        fact = find(connection, name)
        facts = records(
            connection,
            f"SELECT root, slot, {COLUMNS} FROM facts WHERE fact = $1",
            [fact],
        )[0]
        number = fact & 0xFFFF_FFFF
        snapshot = snapshots[fact >> 32]
        files = records(
            connection,
            "SELECT key, version_id, is_latest, entry, size, allocated, modified, etag,"
            " storage_class, owner, linked, role FROM read_parquet($1) WHERE artifact = $2"
            " ORDER BY key, is_latest DESC, modified DESC, version_id"
            + (f" LIMIT {limit}" if limit else ""),
            [parquet(snapshot.objects), number],
        )
        counted = records(
            connection,
            "SELECT count(*) AS n FROM read_parquet($1) WHERE artifact = $2",
            [parquet(snapshot.objects), number],
        )
    return Shown(facts, files, integer(counted[0]["n"]))


def _amount(facts: Row, name: str) -> str:
    amount = facts[name]
    return "" if not amount else size(integer(amount))


def _cells(row: Row, root: str) -> tuple[str, ...]:
    key = str(row["key"])
    inside = key.removeprefix(root) if root.endswith("/") else key.rpartition("/")[2]
    what = {"version": "file" if row["is_latest"] else "older", "delete_marker": "deleted"}
    amount = size(integer(row["size"]))
    if row["linked"] is not None:
        amount = "linked"
    return (
        what.get(str(row["entry"]), str(row["entry"])),
        str(row["role"]),
        amount,
        when(cast(datetime | None, row["modified"])),
        str(row["version_id"] or ""),
        inside,
    )
