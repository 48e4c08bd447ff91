"""A portal on this machine, and a repository that follows it."""

from __future__ import annotations

import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.blueprints.kinds.sandbox.specifications import specification
from tests.blueprints.kinds.sandbox.waldur.portal_server import Waldur, running
from tests.program import run

CLIMATE = "5c" * 16
PROTEIN = "9a" * 16
LIMITS = {"cpu": 64.0, "memory": 512.0, "gpu": 8.0, "storage": 4096.0}


@pytest.fixture
def portal() -> Iterator[Waldur]:
    """Two projects with people and limits, as the repository has them."""
    with running() as waldur:
        waldur.add(CLIMATE, "Climate: downscaling & attribution", "climate")
        waldur.join(CLIMATE, "ada", "PROJECT.MANAGER")
        waldur.join(CLIMATE, "blaise", "PROJECT.MEMBER")
        waldur.join(CLIMATE, "carla", "PROJECT.ADMIN")
        waldur.grant(CLIMATE, LIMITS)
        waldur.add(PROTEIN, "Protein folding", "protein")
        waldur.join(PROTEIN, "dora", "PROJECT.MANAGER")
        waldur.grant(PROTEIN, {"cpu": 8.0, "memory": 32.0, "gpu": 0.0, "storage": 100.0})
        yield waldur


@pytest.fixture
def repository(tmp_path: Path) -> Path:
    """Rendered and committed; it says what :func:`portal` says."""
    text = (
        specification().partition("\nprojects:")[0]
        + f"""
projects:
  # The first of all.
  - name: climate
    title: "Climate: downscaling & attribution"
    waldur: "{CLIMATE}"
    groups: {{admins: climate-admins, members: climate-members, viewers: climate-viewers}}
    members:
      - {{name: ada, role: admin}}
      - {{name: blaise, role: member}} # on leave until spring
      - {{name: carla, role: admin}}
    quota: {{cpu: "64", memory: 512Gi, gpu: 8, storage: 4Ti, pods: 100, claims: 30}}
  - name: protein
    title: Protein folding
    waldur: "{PROTEIN}"
    groups: {{admins: protein-admins, members: protein-members, viewers: protein-viewers}}
    members:
      - {{name: dora, role: admin}}
    quota: {{cpu: "8", memory: 32Gi, gpu: 0, storage: 100Gi}}
"""
    )
    (tmp_path / "s.yaml").write_text(text, encoding="utf-8")
    folder = tmp_path / "repo"
    done = run("blueprint", "render", str(tmp_path / "s.yaml"), "--out", str(folder))
    assert done.code == 0, done.err
    git(folder, "init", "--quiet", "--initial-branch=main")
    commit(folder)
    return folder


def git(folder: Path, *words: str) -> str:
    """What git says, in a repository without anybody's settings."""
    return subprocess.run(
        ["git", "-c", "user.name=t", "-c", "user.email=t@t", *words],
        cwd=folder,
        check=True,
        capture_output=True,
        text=True,
    ).stdout


def commit(folder: Path) -> None:
    """Everything that stands there."""
    git(folder, "add", "--all")
    git(folder, "commit", "--quiet", "--message", "as it is")
