"""What the tests of `tutela.track` share: a fresh module, and the records that it wrote."""

import json
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

import tutela.track  # noqa: F401 - so that it is loaded

MODULE = sys.modules["tutela.track"]
FILE = Path(str(MODULE.__file__))


@pytest.fixture
def alone(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[Path]:
    """A folder of our own and no launcher, job or image around; nothing was told before."""
    for name in MODULE.ENVIRONMENT:
        monkeypatch.delenv(name, raising=False)
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(sys.modules["__main__"], "__file__", None, raising=False)
    MODULE._told.clear()
    yield tmp_path
    for thread in MODULE._late:
        thread.join(10)
    MODULE._late.clear()


def read(file: Path) -> Any:
    return json.loads(file.read_text(encoding="ascii"))
