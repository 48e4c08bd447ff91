"""Tests with the real training libraries are read only when they are asked for (`-m real`).

They import these libraries at the top, and `make test` does not install them.
"""

from pathlib import Path

import pytest


def pytest_ignore_collect(collection_path: Path, config: pytest.Config) -> bool | None:
    """Leave the test modules here alone unless the marker was asked for."""
    asked = config.option.markexpr.replace("not real", "")
    return None if "real" in asked or collection_path.name[:5] != "test_" else True
