"""What every test may ask for: the real servers of `tests/labs`."""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.labs.seaweed import Lab
from tutela.demo.seaweed import Identity, SeaweedFS

_OF_WHOEVER_RUNS = ("AWS_", "TUTELA_", "_TUTELA_", "XDG_")


@pytest.fixture(scope="session", autouse=True)
def home(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """An empty home, and none of the credentials of whoever runs the tests.

    Programs under test inherit it. At the end the home has to be as empty as before: tutela
    writes into workspaces and nowhere else. (Libraries that write fixtures, `-m real`, may.)
    """
    empty = tmp_path_factory.mktemp("home")
    with pytest.MonkeyPatch.context() as patch:
        for name in list(os.environ):
            if name.startswith(_OF_WHOEVER_RUNS):
                patch.delenv(name)
        patch.setenv("HOME", str(empty))
        # No question to a cloud's metadata address when there are no credentials.
        patch.setenv("AWS_EC2_METADATA_DISABLED", "true")
        yield empty


@pytest.fixture(scope="session")
def s3() -> Iterator[Lab]:
    """One real S3 server per test run; every test makes its own buckets in it."""
    guest = Identity("guest", actions=())
    with SeaweedFS([guest]) as server:
        yield Lab(server, guest)
