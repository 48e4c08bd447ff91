"""`tutela blueprint render`: a specification becomes a repository that passes its check."""

import datetime as dt
import shlex
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path

from blueprints.check.result import CheckResult
from blueprints.check.run import Asked
from blueprints.check.run import check as run_rules
from blueprints.display import count, visible
from blueprints.engine import overlay as overlays
from blueprints.engine import render, spec, stage
from blueprints.engine.blueprint import Blueprint
from blueprints.engine.spec import Loaded


@dataclass(frozen=True)
class Created:
    """A repository that was rendered, and is there unless its check found something."""

    folder: Path
    blueprint: str
    version: int
    files: int
    """All of them: rendered, the specification, the lock and the base."""
    overlay: str | None
    checked: CheckResult | None
    """None where it was written unchecked."""
    next: tuple[str, ...]
    """Commands to try, the folder left out."""

    @property
    def written(self) -> bool:
        """Whether the folder is there."""
        return self.checked is None or not self.checked.exit_code

    @property
    def exit_code(self) -> int:
        """3 where the check found something, and nothing was written."""
        return 0 if self.checked is None else self.checked.exit_code

    def __str__(self) -> str:
        folder = visible(shlex.quote(str(self.folder)))
        if not self.written:
            return f"{self.checked}\n\nnothing was written to {folder}"
        over = f" and the overlay {visible(self.overlay)}" if self.overlay else ""
        checked = "" if self.checked is None else ", checked"
        return (
            f"{visible(str(self.folder))}: {count(self.files)} files from the blueprint"
            f" {self.blueprint} {self.version}{over}{checked}\n"
            "next:\n" + "\n".join(f"  {one} {folder}" for one in self.next)
        )

    def as_json(self) -> dict[str, object]:
        """Schema ``tutela/blueprint-render/v1``; ``check`` is as `tutela check` gives it."""
        return {
            "schema": "tutela/blueprint-render/v1",
            "folder": str(self.folder),
            "written": self.written,
            "blueprint": self.blueprint,
            "version": self.version,
            "files": self.files,
            "overlay": self.overlay,
            "check": None if self.checked is None else self.checked.as_json(),
        }


@dataclass(frozen=True)
class Options:
    """How to render."""

    overlay: Path | None = None
    unchecked: bool = False
    """Write it whatever the check would find."""
    blueprint: Blueprint | None = None
    """Stands in for the one that is installed under its name."""


def create(
    specification: Path,
    out: Path,
    options: Options,
    today: dt.date,
    progress: Callable[[str], None] = lambda _: None,
) -> Created:
    """Render a specification into a folder that is not there yet, whole or not at all.

    It is checked before it is put in its place; what `tutela check` would fail is not written.
    Raises ExpectedError for a specification or overlay that is not right, and for a folder that
    cannot be written.
    """
    loaded = spec.load(specification, options.blueprint)
    spec.on_day(loaded, str(specification), today)
    over = overlays.read(options.overlay) if options.overlay is not None else None
    progress("rendering")
    files = render.repository(loaded, over)
    checked: list[CheckResult] = []

    def accept(staged: Path) -> bool:
        if not options.unchecked:
            found = run_rules(staged, Asked(history=False), today, progress)
            checked.append(replace(found, repository=str(out)))
        return all(not one.exit_code for one in checked)

    stage.publish(files, out, accept)
    return _result(loaded, out, len(files), options, checked[0] if checked else None)


def _result(
    loaded: Loaded, out: Path, files: int, options: Options, checked: CheckResult | None
) -> Created:
    blueprint = loaded.blueprint
    overlay = None if options.overlay is None else str(options.overlay)
    return Created(out, blueprint.name, blueprint.version, files, overlay, checked, blueprint.next)
