"""A workspace with one small snapshot, for what is held against what is stored."""

from pathlib import Path

from governance.workspace.workspace import Workspace
from tests.governance.retention.places import Thing, add_snapshot, save, workspace

CONFIG = """
projects:
  alpha: {prefixes: ["s3://lab/alpha/"]}
"""

THIN = """version: 1
rules:
  - id: thin
    match: {kind: checkpoint}
    keep: {last_verified: 2}
    else: {after: 30d, action: delete}
"""


def small(folder: Path, config: str = CONFIG) -> Workspace:
    """Two runs of four saves, one of them alpha's, and something unknown."""
    place = workspace(folder, config)
    things = [save(f"{run}/run/", step) for run in ("alpha", "beta") for step in (1, 2, 3, 4)]
    things.append(Thing("notes/", (), kind="unknown", slot="rest"))
    add_snapshot(place, things)
    return place


def policy(folder: Path, text: str, name: str = "policy.yaml") -> Path:
    """Write a policy file."""
    file = folder / name
    file.write_text(text, encoding="utf-8")
    return file
