"""`tutela catalog verify`: are the snapshots as they were written; has the store changed since."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import TemporaryDirectory

from blueprints.display import count, table, visible
from governance.catalog.sources.open import open_recorded
from governance.decide.engine import connect, parquet
from governance.errors import GovernanceError
from governance.retention.rows import integer, records
from governance.snapshot.errors import SnapshotError
from governance.snapshot.manifest import EVIDENCE_FILES, digest_of
from governance.snapshot.reader import Snapshot, folders, latest, read_snapshot
from governance.snapshot.writer import RowFile
from governance.workspace.workspace import Workspace

EXAMPLES = 5

Progress = Callable[[str], None]


@dataclass(frozen=True)
class Checked:
    """One snapshot on disk."""

    id: str
    problem: str | None


@dataclass(frozen=True)
class Compared:
    """One source, listed again and held against its newest snapshot. Keys are raw."""

    source: str
    snapshot: str
    added: int = 0
    removed: int = 0
    changed: int = 0
    examples: tuple[tuple[str, str], ...] = field(default=())
    """What happened (added, removed, changed) and to which key."""
    problem: str | None = None
    """Why it could not be compared, or not completely."""

    @property
    def same(self) -> bool:
        """True where every row is still as it was, and all could be seen."""
        return not (self.added or self.removed or self.changed or self.problem)


@dataclass(frozen=True)
class Verified:
    """What `tutela catalog verify` found."""

    checked: tuple[Checked, ...]
    compared: tuple[Compared, ...] | None

    @property
    def exit_code(self) -> int:
        """3 where something is damaged, has changed or could not be compared."""
        damaged = any(one.problem for one in self.checked)
        return 3 if damaged or any(not one.same for one in self.compared or ()) else 0

    def __str__(self) -> str:
        if not self.checked:
            return "there are no snapshots"
        rows = [(one.id, one.problem or "as it was written") for one in self.checked]
        lines = [table(("snapshot", "state"), rows, whole=(0,))]
        for one in self.compared or ():
            lines += ["", *_compared(one)]
        return "\n".join(lines)

    def as_json(self) -> dict[str, object]:
        """Schema `tutela/catalog-verify/v1`."""
        return {
            "schema": "tutela/catalog-verify/v1",
            "snapshots": [{"id": one.id, "problem": one.problem} for one in self.checked],
            "live": None
            if self.compared is None
            else [
                {
                    "source": one.source,
                    "snapshot": one.snapshot,
                    "added": one.added,
                    "removed": one.removed,
                    "changed": one.changed,
                    "examples": [{"what": what, "key": key} for what, key in one.examples],
                    "problem": one.problem,
                }
                for one in self.compared
            ],
        }


def verify(workspace: Workspace, *, live: bool, progress: Progress) -> Verified:
    """Check every snapshot's digests; with `live`, list the newest ones' sources again.

    What is wrong with one snapshot or store is in the result and stops nothing else.
    """
    checked = tuple(_check(folder, progress) for folder in folders(workspace))
    if not live:
        return Verified(checked, None)
    if any(one.problem for one in checked):
        # Which snapshot is the newest cannot be said while one cannot be read.
        return Verified(checked, ())
    return Verified(
        checked, tuple(_compare(workspace, snapshot, progress) for snapshot in latest(workspace))
    )


def _check(folder: Path, progress: Progress) -> Checked:
    progress(f"checking snapshot {folder.name}")
    try:
        snapshot = read_snapshot(folder)
        for name, record in snapshot.manifest.files.items():
            ours = Path(name).name == name or name in EVIDENCE_FILES
            if not ours or digest_of(folder / name) != record:
                return Checked(folder.name, f"{name} is not as it was written")
    except SnapshotError as error:
        return Checked(folder.name, str(error))
    except OSError as error:
        return Checked(folder.name, f"cannot be read ({error.strerror})")
    return Checked(folder.name, None)


def _compare(workspace: Workspace, snapshot: Snapshot, progress: Progress) -> Compared:
    manifest = snapshot.manifest
    shown = visible(manifest.source)
    if manifest.listing:
        return Compared(
            manifest.source, manifest.id, problem="it came from a listing file, not from a store"
        )
    try:
        with (
            closing(open_recorded(manifest, workspace)) as source,
            TemporaryDirectory(dir=workspace.cache_dir) as folder,
        ):
            now = Path(folder) / "now.parquet"
            with RowFile(now) as file:
                for batch in source.rows():
                    file.append(batch)
                    progress(f"listing {shown}: {file.rows:,} rows")
            counts, examples = _difference(snapshot.objects, now)
            gaps = source.found().gaps
    except GovernanceError as error:
        return Compared(manifest.source, manifest.id, problem=str(error))
    problem = f"{gaps[0].prefix or 'all of it'}: {gaps[0].reason}" if gaps else None
    return Compared(
        manifest.source,
        manifest.id,
        added=counts.get("added", 0),
        removed=counts.get("removed", 0),
        changed=counts.get("changed", 0),
        examples=tuple(examples),
        problem=problem,
    )


_CHANGES = """
CREATE TEMP TABLE changes AS
WITH before AS (SELECT DISTINCT {columns} FROM read_parquet($1)),
     after AS (SELECT DISTINCT {columns} FROM read_parquet($2))
SELECT CASE WHEN before.key IS NULL THEN 'added'
            WHEN after.key IS NULL THEN 'removed' ELSE 'changed' END AS what,
       coalesce(after.key, before.key) AS key
FROM before FULL JOIN after
  ON before.key = after.key AND before.entry = after.entry
     AND before.version_id IS NOT DISTINCT FROM after.version_id
WHERE before.key IS NULL OR after.key IS NULL
   OR before.size <> after.size OR before.is_latest <> after.is_latest
   OR before.etag IS DISTINCT FROM after.etag
   OR before.modified IS DISTINCT FROM after.modified
"""


def _difference(before: Path, after: Path) -> tuple[dict[str, int], Iterator[tuple[str, str]]]:
    columns = "key, entry, version_id, size, is_latest, etag, modified"
    connection = connect(after.parent)
    try:
        connection.execute(_CHANGES.format(columns=columns), [parquet(before), parquet(after)])
        sums = records(connection, "SELECT what, count(*) AS n FROM changes GROUP BY what")
        some = records(
            connection, "SELECT what, key FROM changes ORDER BY key, what LIMIT $1", [EXAMPLES]
        )
    finally:
        connection.close()
    counts = {str(row["what"]): integer(row["n"]) for row in sums}
    return counts, ((str(row["what"]), str(row["key"])) for row in some)


def _compared(one: Compared) -> Sequence[str]:
    lines = [f"{visible(one.source)}: since snapshot {one.snapshot}"]
    if one.problem:
        lines.append(f"  not compared completely: {visible(one.problem)}")
    if one.same:
        lines.append("  nothing has changed")
    elif one.added or one.removed or one.changed:
        amounts = [("added", one.added), ("removed", one.removed), ("changed", one.changed)]
        lines.append("  " + ", ".join(f"{count(amount)} {what}" for what, amount in amounts))
    return lines + [f"  {what} {visible(key)}" for what, key in one.examples]
