"""The smoke tests of a rendered repository pass on it, and fail when it is broken."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from blueprints.engine import render
from blueprints.engine.spec import load
from blueprints.kinds.sandbox import BLUEPRINT

EXAMPLE = BLUEPRINT.folder / "examples/sandbox.yaml"


@pytest.fixture
def repository(tmp_path: Path) -> Path:
    loaded = load(EXAMPLE)
    for file in render.repository(loaded):
        place = tmp_path / file.path
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_bytes(file.content)
        place.chmod(0o755 if file.executable else 0o644)
    return tmp_path


def smoke(repository: Path) -> "subprocess.CompletedProcess[str]":
    programs = f"{Path(sys.executable).parent}:{os.environ['PATH']}"
    return subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "tests"],
        cwd=repository,
        env={**os.environ, "PATH": programs, "PYTHONDONTWRITEBYTECODE": "1"},
        capture_output=True,
        text=True,
        check=False,
    )


def test_they_pass_on_what_was_rendered(repository: Path) -> None:
    done = smoke(repository)
    assert done.returncode == 0, done.stdout + done.stderr
    assert "skipped" not in done.stdout


def test_yamllint_finds_nothing(repository: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "yamllint", "--strict", "."],
        cwd=repository,
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.returncode, done.stdout) == (0, "")


BROKEN = {
    "test_every_kustomization_names_files": (
        "projects/climate/repository/stacks/records/kustomization.yaml",
        "catalog.yaml",
        "catalogue.yaml",
    ),
    "test_a_project_is_bounded": (
        "projects/climate/tenancy/namespace.yaml",
        "enforce: restricted",
        "enforce: privileged",
    ),
    "test_a_project_starts_what_is_in_its_repository": (
        "projects/climate/repository/apps/records.yaml",
        "path: stacks/records",
        "path: stacks/record",
    ),
    "test_there_is_a_folder_for_every_project": (
        "spec.yaml",
        "- name: assistants",
        "- name: assistance",
    ),
}


def test_they_fail_on_what_is_broken(repository: Path) -> None:
    for path, old, new in BROKEN.values():
        file = repository / path
        assert old in file.read_text()
        file.write_text(file.read_text().replace(old, new))
    done = smoke(repository)
    assert done.returncode == 1
    for name in (*BROKEN, "test_tutela_finds_nothing"):
        assert f"FAILED tests/test_smoke.py::{name}" in done.stdout, name
