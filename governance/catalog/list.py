"""`tutela catalog list`: which artifacts there are."""
# ruff: noqa: S608 - statements are of this module's own words; foreign text is a parameter.

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from difflib import get_close_matches
from typing import cast

from blueprints.display import count, day, size, table, visible
from governance.artifact import Kind
from governance.catalog.facts import newest_facts
from governance.errors import GovernanceError
from governance.retention.rows import Row, integer, records, total
from governance.snapshot.reader import Snapshot
from governance.workspace.workspace import Workspace

STORED = "bytes::HUGEINT + bytes_noncurrent + bytes_upload"

COLUMNS = (
    "id, uri, kind, layout, parts, project, run, step, complete, missing, why, base_model, live,"
    " bytes, bytes_weights, bytes_optimizer, bytes_other, bytes_noncurrent, bytes_upload,"
    " allocated, objects, versions, delete_markers, newest, oldest, store, source, snapshot,"
    " listing_complete, lower_bound"
)
"""What JSON says of an artifact."""


class UnknownChoiceError(GovernanceError):
    """An option names what does not exist."""

    kind = "usage"
    exit_code = 2


@dataclass(frozen=True)
class Wanted:
    """Which artifacts; what is None does not choose."""

    kind: str | None = None
    project: str | None = None
    run: str | None = None
    incomplete: bool = False

    def condition(self) -> tuple[str, list[object]]:
        """Return SQL on `facts` with its parameters."""
        parts: list[str] = ["true"]
        values: list[object] = []
        for column, value in (("kind", self.kind), ("project", self.project)):
            if value is not None:
                values.append(value)
                parts.append(f"{column} = ${len(values)}")
        if self.run is not None:
            values.append(self.run.rstrip("/"))
            name = "rtrim(run, '/')"
            base = "left(uri, length(uri) - length(root))"
            parts.append(
                f"(starts_with(run, ${len(values)}) OR ends_with({name}, ${len(values)})"
                f" OR starts_with({base} || run, ${len(values)}))"
            )
        if self.incomplete:
            parts.append("complete IS NOT true")
        return " AND ".join(parts), values


@dataclass(frozen=True)
class Artifacts:
    """The artifacts that were wanted, largest first."""

    snapshots: tuple[Snapshot, ...]
    rows: Sequence[Row]
    total: int
    stored: int

    def __str__(self) -> str:
        if not self.rows:
            return "no such artifacts in the newest snapshots"
        base = _shared([str(row["uri"]) for row in self.rows])
        head = ("id", "kind", "step", "complete", "size", "newest", "root")
        cells = [_cells(row, len(base)) for row in self.rows]
        lines = [f"below {visible(base)}", ""] if base else []
        lines += [table(head, cells, right=(2, 4), whole=(0, 1, 3, 5)), ""]
        bound = any(one.manifest.lower_bound for one in self.snapshots)
        amount = ("at least " if bound else "") + size(self.stored)
        shown = f"the largest {count(len(self.rows))} of " if len(self.rows) < self.total else ""
        lines.append(f"{shown}{count(self.total)} artifacts, {amount}")
        for snapshot in self.snapshots:
            if not snapshot.manifest.complete:
                source = visible(snapshot.manifest.source)
                lines.append(f"{source} was not listed completely: there may be more")
        return "\n".join(lines)

    def as_json(self) -> dict[str, object]:
        """Schema `tutela/catalog-list/v1`."""
        return {
            "schema": "tutela/catalog-list/v1",
            "snapshots": [snapshot.manifest.id for snapshot in self.snapshots],
            "total": self.total,
            "bytes_stored": self.stored,
            "artifacts": [plain(row) for row in self.rows],
        }


def list_artifacts(workspace: Workspace, wanted: Wanted, *, limit: int | None) -> Artifacts:
    """Return the artifacts of the newest snapshots, at most `limit` of them, largest first.

    Raises:
        UnknownChoiceError: no such kind or project.
        NothingScannedError: there is no snapshot.
    """
    _check("kind", wanted.kind, [str(kind) for kind in Kind])
    _check("project", wanted.project, [*workspace.config.projects, "unknown"])
    condition, values = wanted.condition()
    with newest_facts(workspace) as (connection, snapshots):
        sums = records(
            connection,
            f"SELECT count(*) AS n, {total(STORED)} AS b FROM facts WHERE {condition}",
            values,
        )[0]
        rows = records(
            connection,
            f"SELECT {COLUMNS} FROM facts WHERE {condition}"
            f" ORDER BY {STORED} DESC, uri, id" + (f" LIMIT {limit}" if limit else ""),
            values,
        )
    return Artifacts(snapshots, rows, integer(sums["n"]), integer(sums["b"]))


def _check(option: str, value: str | None, known: Sequence[str]) -> None:
    if value is None or value in known:
        return
    near = get_close_matches(value, known, 1) or known[:1]
    raise UnknownChoiceError(f"no {option} {visible(value)}", f"--{option} {near[0]}")


def _shared(uris: Sequence[str]) -> str:
    """The folder that all of them lie in, to be said once; "" where there is none."""
    # The smallest and the largest text share what all share.
    low, high = min(uris), max(uris)
    end = next((at for at in range(len(low)) if low[at] != high[at : at + 1]), len(low))
    base = low[: low.rfind("/", 0, end) + 1]
    return base if base.count("/") > 2 else ""


def _cells(row: Row, base: int) -> tuple[str, ...]:
    complete = {True: "yes", False: "no", None: "unknown"}
    amount = sum(integer(row[name]) for name in ("bytes", "bytes_noncurrent", "bytes_upload"))
    step = row["step"]
    return (
        str(row["id"])[:12],
        str(row["kind"]),
        "" if step is None else str(step),
        complete[cast(bool | None, row["complete"])],
        ("≥ " if row["lower_bound"] else "") + size(amount),
        day(cast(datetime | None, row["newest"])),
        str(row["uri"])[base:] or ".",
    )


def plain(row: Mapping[str, object]) -> dict[str, object]:
    """Return a row as JSON can hold it."""
    return {
        name: value.isoformat() if isinstance(value, datetime) else value
        for name, value in row.items()
    }
