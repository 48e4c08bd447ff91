"""What tests of trusted environments may ask for."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.golden import Golden


@pytest.fixture
def golden(request: pytest.FixtureRequest) -> Golden:
    """The golden files beside the test's module."""
    update = bool(request.config.getoption("--update-golden"))
    return Golden(Path(request.path).parent / "golden", update)
