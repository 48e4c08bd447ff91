"""What a promotion changed or would change, for people and as JSON."""

import shlex
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from blueprints.display import count, table, visible
from blueprints.engine import base, lock
from blueprints.engine.blueprint import Copied
from blueprints.promote.copying import Wanted
from blueprints.promote.fields import UNCOMPARED, Comparison, Difference
from blueprints.update.result import Updated

SCHEMA = "tutela/promote/v1"


@dataclass(frozen=True)
class Promoted:
    """The result of `tutela blueprint promote`."""

    folder: Path
    source: str
    to: str
    wanted: Wanted
    updated: Updated | None = None
    """None where there is nothing to promote."""
    compared: Comparison = UNCOMPARED
    """The last render and the new one."""
    touched: tuple[str, ...] = ()
    """Names of what runs something else afterwards."""
    behind: tuple[str, str, tuple[str, ...]] | None = None
    """A later stage that is newer than `to` now, and in what."""

    @classmethod
    def completed(cls, folder: Path) -> "Promoted":
        """An update or promotion that was interrupted before was completed, and nothing else."""
        return cls(folder, "", "", Wanted((), (), ()), Updated.completed(folder))

    @classmethod
    def way(cls, folder: Path, source: str, to: str, wanted: Wanted) -> "Promoted":
        """Before anything is done."""
        return cls(folder, source, to, wanted)

    def done(
        self,
        updated: Updated,
        compared: Comparison,
        touched: tuple[str, ...],
        behind: tuple[str, str, tuple[str, ...]] | None,
    ) -> "Promoted":
        """After the update, whether it wrote something or not."""
        return replace(self, updated=updated, compared=compared, touched=touched, behind=behind)

    @property
    def exit_code(self) -> int:
        """3 with conflicts, as of an update."""
        return 0 if self.updated is None else self.updated.exit_code

    def __str__(self) -> str:
        folder = visible(str(self.folder))
        if self.updated is None:
            said = f"{folder}: nothing to promote: {self.to} has what {self.source} runs"
            return "\n".join([said + self._left(), *self._staying()])
        if self.updated.recovered:
            return str(self.updated)
        copied = self.wanted.copied
        head = f"{folder}: {self.to} gets what {self.source} runs: {_fields(copied)}"
        rows = [(one.name, one.before or "-", one.after) for one in copied]
        lines = [head, "", table((self.to, "from", "to"), rows, whole=(1, 2)), ""]
        if self.touched:
            lines += [f"clusters that change: {', '.join(map(visible, self.touched))}"]
        lines += [
            *self._staying(),
            *self._behind(),
            f"files: {', '.join(self._files(self.updated))}",
        ]
        differing = f"{count(len(self.compared.allowed))} of the fields that may differ"
        lines += [f"compared {count(self.compared.files)} files: {differing} do, nothing else does"]
        return "\n".join([*lines, *self._ending(self.updated)])

    def _left(self) -> str:
        return f" (not asked for: {', '.join(self.wanted.left)})" if self.wanted.left else ""

    def _staying(self) -> list[str]:
        names = ", ".join(map(visible, self.wanted.staying))
        return [f"only {self.to} has, and keeps: {names}"] if names else []

    def _behind(self) -> list[str]:
        if self.behind is None:
            return []
        later, _, names = self.behind
        return [f"{later} runs something newer than {self.to} now: {', '.join(names)}"]

    def _files(self, updated: Updated) -> list[str]:
        own = [one.path for one in updated.records]
        ours = [path for path in own if path == lock.NAME or path.startswith(base.FOLDER)]
        rest = [path for path in own if path not in ours]
        paths = [*(one.path for one in updated.changes), *rest, *ours]
        return [visible(path) for path in paths]

    def _ending(self, updated: Updated) -> list[str]:
        if updated.conflicts:
            found = [f"  {visible(one.path)}:{one.line}: {one.reason}" for one in updated.conflicts]
            return [
                "",
                "conflicts:",
                *found,
                "",
                "Nothing was written. Undo your change and run it again.",
            ]
        if not updated.written:
            return ["", "Nothing was written."]
        folder = visible(shlex.quote(str(self.folder)))
        message = shlex.quote(f"{self.to}: {self._message()}")
        return [
            "next:",
            f"  git -C {folder} diff",
            f"  tutela check {folder}",
            f"  git -C {folder} commit --all --message {visible(message)}",
        ]

    def _message(self) -> str:
        return ", ".join(f"{one.at[-1]} {one.after}" for one in self.wanted.copied)

    def as_json(self) -> dict[str, object]:
        """For `--json`."""
        updated = self.updated
        return {
            "schema": SCHEMA,
            "folder": str(self.folder),
            "from": self.source or None,
            "to": self.to or None,
            "fields": [
                {"field": one.name, "from": one.before, "to": one.after}
                for one in self.wanted.copied
            ],
            "staying": list(self.wanted.staying),
            "left": list(self.wanted.left),
            "differences": [_difference(one) for one in self.compared.allowed],
            "compared": self.compared.files,
            "clusters": list(self.touched),
            "newer": None
            if self.behind is None
            else {"environment": self.behind[0], "fields": list(self.behind[2])},
            "update": None if updated is None else updated.as_json(),
        }


def _fields(copied: Sequence[Copied]) -> str:
    return f"{count(len(copied))} field{'' if len(copied) == 1 else 's'}"


def _difference(one: Difference) -> dict[str, object]:
    return {"file": one.file, "field": ".".join(one.at), "from": one.before, "to": one.after}
