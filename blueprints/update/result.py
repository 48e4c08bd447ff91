"""What an update did or would do, for people and as JSON."""

import difflib
import shlex
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from blueprints.display import table, visible
from blueprints.engine.blueprint import Blueprint
from blueprints.update.merged import Conflict
from blueprints.update.plan import Change, Kind, Plan

SCHEMA = "tutela/update/v1"
_FOUND = 3
_MOST_DIFFED = 1024 * 1024


@dataclass(frozen=True)
class Updated:
    """The result of `tutela blueprint update`."""

    folder: Path
    blueprint: str
    since: int
    """Version of the blueprint before, 0 when an earlier update was completed."""
    to: int
    changes: tuple[Change, ...]
    conflicts: tuple[Conflict, ...]
    records: tuple[Change, ...]
    """The lock, the base, the specification."""
    dry_run: bool = False
    written: bool = False
    recovered: bool = False
    """An update that was interrupted before was completed, and nothing else done."""

    @classmethod
    def of(
        cls,
        folder: Path,
        since: int,
        blueprint: Blueprint,
        plan: Plan,
        records: Plan,
        dry_run: bool,
    ) -> "Updated":
        """What these plans would do."""
        changes, conflicts = tuple(plan.changes), tuple(plan.conflicts)
        named = blueprint.name, since, blueprint.version
        return cls(folder, *named, changes, conflicts, tuple(records.changes), dry_run)

    @classmethod
    def completed(cls, folder: Path) -> "Updated":
        """An update that was interrupted and is complete now."""
        return cls(folder, "", 0, 0, (), (), (), written=True, recovered=True)

    def now_written(self) -> "Updated":
        """The same, after it was written."""
        return replace(self, written=True)

    @property
    def exit_code(self) -> int:
        """3 with conflicts, written or not."""
        return _FOUND if self.conflicts else 0

    def __str__(self) -> str:
        if self.recovered:
            return (
                f"completed the update of {visible(str(self.folder))} that was interrupted\n"
                "Look at it (git diff), commit it, and run the update again for what came since."
            )
        lines = [self._headline()]
        shown = [change for change in self.changes if change.kind is not Kind.CONFLICT]
        if shown:
            rows = [(change.kind.value, _path(change), change.why) for change in shown]
            lines += ["", table(("what", "file", "why"), rows, whole=(0,))]
        if self.conflicts:
            lines += ["", "conflicts:"]
            lines += [f"  {_conflict(one)}" for one in self.conflicts]
        if self.dry_run:
            lines += ["", *self._diffs()] if self.changes else []
        return "\n".join([*lines, *self._ending()])

    def _headline(self) -> str:
        version = str(self.to) if self.since == self.to else f"{self.since} -> {self.to}"
        counts = Counter(change.kind for change in self.changes)
        words = [f"{counts[kind]} {kind.value}" for kind in Kind if counts[kind]]
        tail = ", ".join(words) or ("no file changes" if self.records else "nothing to do")
        return f"{visible(str(self.folder))}: {self.blueprint} {version}: {tail}"

    def _ending(self) -> list[str]:
        if self.conflicts and not self.written:
            return [
                "",
                "Nothing was written. Change your files or the specification and run it again,",
                "or with --markers, which writes all of it, and both versions where they clash.",
            ]
        if self.conflicts:
            return ["", "Written, with both versions between <<<<<<< and >>>>>>> in these files."]
        if self.dry_run:
            return ["", "Nothing was written."]
        folder = visible(shlex.quote(str(self.folder)))
        return (
            ["next:", f"  git -C {folder} diff", f"  tutela check {folder}"] if self.written else []
        )

    def _diffs(self) -> list[str]:
        return [
            visible(line)
            for change in self.changes
            if change.kind not in (Kind.CONFLICT, Kind.KEPT)
            for line in _diff(change)
        ]

    def as_json(self) -> dict[str, object]:
        """For `--json`."""
        return {
            "schema": SCHEMA,
            "folder": str(self.folder),
            "blueprint": self.blueprint,
            "from": self.since,
            "to": self.to,
            "dry_run": self.dry_run,
            "written": self.written,
            "recovered": self.recovered,
            "files": [self._file(change) for change in self.changes],
            "records": [change.path for change in self.records],
            "conflicts": [
                {"file": one.path, "where": one.where, "line": one.line, "reason": one.reason}
                for one in self.conflicts
            ],
        }

    def _file(self, change: Change) -> dict[str, object]:
        data: dict[str, object] = {
            "file": change.path,
            "what": change.kind.value,
            "was": change.was or None,
            "why": change.why or None,
        }
        if self.dry_run and change.kind not in (Kind.CONFLICT, Kind.KEPT):
            data["diff"] = "\n".join(_diff(change))
        return data


def _path(change: Change) -> str:
    return f"{change.was} -> {change.path}" if change.was else change.path


def _conflict(one: Conflict) -> str:
    at = f":{one.line}" if one.line else ""
    where = f"{visible(one.where)}: " if one.where else ""
    return f"{visible(one.path)}{at}: {where}{visible(one.reason)}"


def _diff(change: Change) -> Sequence[str]:
    if any(
        content is not None and (b"\0" in content or len(content) > _MOST_DIFFED)
        for content in (change.before, change.after)
    ):
        return [f"{_path(change)}: not shown"]
    return list(
        difflib.unified_diff(
            _lines(change.before),
            _lines(change.after),
            fromfile="/dev/null" if change.before is None else f"a/{change.was or change.path}",
            tofile="/dev/null" if change.after is None else f"b/{change.path}",
            lineterm="",
        )
    )


def _lines(content: bytes | None) -> list[str]:
    return (content or b"").decode(errors="replace").split("\n")
