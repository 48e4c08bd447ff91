"""Stores and records for tests: a folder, and an engine of the running OpenBao."""

import hashlib
from collections.abc import Callable
from pathlib import Path

import pytest

from tce.seal.headers.bao import BaoStore
from tce.seal.headers.folder import create
from tce.seal.headers.store import HeaderStore, Record
from tests.labs.openbao import OpenBao

Make = Callable[[], HeaderStore]
"""Opens the same store once more, as another process would."""


def maker(request: pytest.FixtureRequest, tmp_path: Path) -> Make:
    """The kind of store that the parameter of a fixture names."""
    if request.param == "folder":
        return lambda: create(tmp_path / "headers")
    lab: OpenBao = request.getfixturevalue("bao")
    mount = lab.kv()
    # A connection of its own each: tests fork.
    return lambda: BaoStore(lab.connect(lab.token), mount)


def record(name: str = "genomes/a.bam", version: int = 1, body: str | None = None) -> Record:
    """A record that nobody can open: header and manifest are bytes to a store."""
    text = f"{name} {version}".encode()
    return Record(name, body or body_of(name), version, b"header\n\xff " + text, b"said " + text)


def body_of(name: str) -> str:
    """An id that differs with the name."""
    return hashlib.sha256(name.encode()).hexdigest()[:26]
