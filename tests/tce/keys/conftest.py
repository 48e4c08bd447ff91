"""What tests of keys may ask for."""

from pathlib import Path

import pytest

from tests.tce.keys.office import Office


@pytest.fixture
def office(tmp_path: Path) -> Office:
    """A repository with five officers, of whose root three shares are needed."""
    return Office(tmp_path / "hospital").make()
