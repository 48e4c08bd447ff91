"""Whoever seals and opens."""

from pathlib import Path

import pytest

from tests.tce.seal.people import Person, person


@pytest.fixture
def anna(tmp_path: Path) -> Person:
    """Somebody with all keys that sealing and opening need."""
    return person(tmp_path / "anna")
