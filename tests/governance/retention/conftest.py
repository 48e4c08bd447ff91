"""Golden files and a real browser for the tests of reports."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.golden import Golden

if TYPE_CHECKING:
    from tests.labs.chromium import Chromium


@pytest.fixture
def golden(request: pytest.FixtureRequest) -> Golden:
    """The golden files beside the test's module."""
    update = bool(request.config.getoption("--update-golden"))
    return Golden(Path(request.path).parent / "golden", update)


@pytest.fixture(scope="session")
def chromium() -> Iterator[Chromium]:
    """One headless Chromium for the whole run; the extra `browser` is needed only where it is."""
    from tests.labs.chromium import Chromium

    with Chromium() as browser:
        yield browser
