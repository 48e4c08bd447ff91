"""A repository that serves one model, rendered once and copied for each test."""

from __future__ import annotations

import atexit
import functools
import shutil
import tempfile
from pathlib import Path
from typing import Any

from blueprints.engine import render, spec, stage
from tests.blueprints.kinds.inference.specifications import data, text


@functools.cache
def _rendered(written: str) -> tempfile.TemporaryDirectory[str]:
    """A folder that is gone when the tests end."""
    top = tempfile.TemporaryDirectory(prefix="tutela-models-")
    atexit.register(top.cleanup)
    stage.publish(render.repository(spec.parse(written.encode(), "i.yaml")), Path(top.name, "repo"))
    return top


def repository(folder: Path, said: dict[str, Any] | None = None, written: str = "") -> Path:
    """A copy in a folder of the test's own; no Git, so that nothing is uncommitted."""
    made = folder / "repo"
    shutil.copytree(Path(_rendered(written or text(said or data())).name, "repo"), made)
    return made
