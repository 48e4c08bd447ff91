"""What tests of blueprints ask for: the examples, each rendered once."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from tests.blueprints.repositories import Example
from tests.golden import Golden

Rendered = Callable[[Example], Path]


@pytest.fixture(scope="session")
def rendered(tmp_path_factory: pytest.TempPathFactory) -> Rendered:
    """From an example to its repository; not to be changed."""
    done: dict[Example, Path] = {}

    def of(example: Example) -> Path:
        if example not in done:
            folder = tmp_path_factory.mktemp("rendered") / str(example)
            done[example] = example.render(folder)
        return done[example]

    return of


@pytest.fixture
def golden(request: pytest.FixtureRequest) -> Golden:
    """The golden files beside the test's module."""
    update = bool(request.config.getoption("--update-golden"))
    return Golden(Path(request.path).parent / "golden", update)
