"""An environment that stands, copied for each test."""

from __future__ import annotations

import shutil
from dataclasses import replace
from pathlib import Path

import pytest

from tce.evidence.pack import Pack
from tests.tce.evidence.standing import Standing, build


@pytest.fixture(scope="session")
def built(tmp_path_factory: pytest.TempPathFactory) -> Standing:
    """Rendered once; nobody writes into it."""
    return build(tmp_path_factory.mktemp("evidence") / "hospital")


@pytest.fixture
def standing(built: Standing, tmp_path: Path) -> Standing:
    """One's own: rendered, with keys, without records."""
    folder = tmp_path / "hospital"
    shutil.copytree(built.folder, folder)
    return replace(built, folder=folder)


@pytest.fixture(scope="session")
def shown(built: Standing, tmp_path_factory: pytest.TempPathFactory) -> Pack:
    """Of everything that was asked for; a value, made once."""
    folder = tmp_path_factory.mktemp("shown") / "hospital"
    shutil.copytree(built.folder, folder)
    one = replace(built, folder=folder)
    one.all()
    return one.pack()
