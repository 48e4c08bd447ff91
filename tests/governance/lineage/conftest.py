"""A real browser for the tests of what is drawn."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from tests.labs.chromium import Chromium


@pytest.fixture(scope="session")
def chromium() -> Iterator[Chromium]:
    """One headless Chromium for the whole run; the extra `browser` is needed only where it is."""
    from tests.labs.chromium import Chromium

    with Chromium() as browser:
        yield browser
