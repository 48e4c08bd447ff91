"""`tutela blueprint render`: a specification becomes a repository."""

import shlex
from dataclasses import dataclass
from pathlib import Path

from blueprints.display import count, visible
from blueprints.engine import overlay as overlays
from blueprints.engine import render, spec, stage


@dataclass(frozen=True)
class Created:
    """A repository that is there now."""

    folder: Path
    blueprint: str
    version: int
    files: int
    """All of them: rendered, the specification, the lock and the base."""
    overlay: str | None

    def __str__(self) -> str:
        folder = visible(shlex.quote(str(self.folder)))
        over = f" and the overlay {visible(self.overlay)}" if self.overlay else ""
        return (
            f"{visible(str(self.folder))}: {count(self.files)} files from the blueprint"
            f" {self.blueprint} {self.version}{over}\n"
            f"next:\n  tutela check {folder}"
        )

    def as_json(self) -> dict[str, object]:
        """Schema ``tutela/blueprint-render/v1``."""
        return {
            "schema": "tutela/blueprint-render/v1",
            "folder": str(self.folder),
            "blueprint": self.blueprint,
            "version": self.version,
            "files": self.files,
            "overlay": self.overlay,
        }


def create(specification: Path, out: Path, overlay: Path | None = None) -> Created:
    """Render a specification into a folder that is not there yet, whole or not at all.

    Raises ExpectedError for a specification or overlay that is not right, and for a folder that
    cannot be written.
    """
    loaded = spec.load(specification)
    over = overlays.read(overlay) if overlay is not None else None
    files = render.repository(loaded, over)
    stage.publish(files, out)
    blueprint = loaded.blueprint
    shown = str(overlay) if overlay is not None else None
    return Created(out, blueprint.name, blueprint.version, len(files), shown)
