"""Tests with the real training libraries are read only when they are asked for (`-m real`).

They import these libraries at the top, and `make test` does not install them.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from tests.labs.estate import Estate
    from tests.labs.softhsm import SoftHsm


def pytest_ignore_collect(collection_path: Path, config: pytest.Config) -> bool | None:
    """Leave the test modules here alone unless the marker was asked for."""
    asked = config.option.markexpr.replace("not real", "")
    return None if "real" in asked or collection_path.name[:5] != "test_" else True


@pytest.fixture(scope="session")
def world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Estate]:
    """Two clusters, and two nodes of the first that have not joined yet."""
    from tests.labs.estate import NODES, estate

    with estate(tmp_path_factory.mktemp("nodes"), *NODES) as made:
        yield made


@pytest.fixture(scope="session")
def softhsm(tmp_path_factory: pytest.TempPathFactory) -> Iterator[SoftHsm]:
    """A token for the whole run: its library reads once where its tokens are."""
    from tests.labs.softhsm import SoftHsm

    with pytest.MonkeyPatch.context() as patch:
        made = SoftHsm(tmp_path_factory.mktemp("softhsm"))
        patch.setenv("SOFTHSM2_CONF", made.environ["SOFTHSM2_CONF"])
        yield made.make()
