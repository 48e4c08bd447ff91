"""What the catalogue's tests ask for."""

from pathlib import Path

import pytest

from governance.workspace.workspace import Workspace
from tests.labs.seaweed import Lab


@pytest.fixture
def workspace(tmp_path: Path) -> Workspace:
    """An empty workspace."""
    return Workspace.create(tmp_path)


@pytest.fixture
def login(s3: Lab, monkeypatch: pytest.MonkeyPatch) -> Lab:
    """Be the administrator of the S3 server in this process."""
    for name, value in s3.environ().items():
        monkeypatch.setenv(name, value)
    return s3
