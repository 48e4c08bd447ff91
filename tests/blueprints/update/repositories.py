"""Rendered repositories in real Git, and what their people do in them."""

import shutil
import subprocess
from pathlib import Path

from blueprints.engine import render, spec
from blueprints.engine.blueprint import Blueprint
from blueprints.engine.stage import publish
from blueprints.update.result import Updated
from blueprints.update.update import Options, update
from tests.blueprints.update.five import SPEC, version

GIT = Path(shutil.which("git") or "/usr/bin/git")


def git(folder: Path, *words: str) -> str:
    done = subprocess.run(
        [str(GIT), "-c", "user.name=somebody", "-c", "user.email=a@example.org", *words],
        cwd=folder,
        check=True,
        capture_output=True,
        text=True,
    )
    return done.stdout


def commit(folder: Path, why: str = "edit") -> None:
    git(folder, "add", "--all")
    git(folder, "commit", "--quiet", "--allow-empty", "-m", why)


def rendered(folder: Path, blueprint: Blueprint, text: str = SPEC) -> Path:
    """A fresh render, nothing of Git in it."""
    loaded = spec.parse(text.encode(), "spec.yaml", blueprint)
    publish(render.repository(loaded), folder)
    return folder


def repository(folder: Path, number: int = 1, text: str = SPEC) -> Path:
    """A fresh render in Git."""
    rendered(folder, version(number), text)
    git(folder, "init", "--quiet", "--initial-branch=main")
    commit(folder, "render")
    return folder


def updated(folder: Path, number: int, **options: object) -> Updated:
    return update(
        folder,
        Options(git=GIT, blueprint=version(number), **options),  # type: ignore[arg-type]
    )


def tree(folder: Path) -> dict[str, tuple[bytes, bool]]:
    """Every file with its executable bit, Git's own left out."""
    return {
        file.relative_to(folder).as_posix(): (file.read_bytes(), bool(file.stat().st_mode & 0o100))
        for file in sorted(folder.rglob("*"))
        if file.is_file() and ".git" not in file.relative_to(folder).parts
    }


def edit(folder: Path, name: str, old: str, new: str) -> None:
    file = folder / name
    text = file.read_text()
    assert old in text, (name, old)
    file.write_text(text.replace(old, new, 1))
