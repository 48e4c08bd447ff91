"""What every test may ask for: the real servers of `tests/labs`."""

from __future__ import annotations

import os
import signal
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from hypothesis import settings

from tests.labs.mlflow_lab import Filled, TrackingLab, empty, fill
from tests.labs.openbao import OpenBao
from tests.labs.seaweed import Lab
from tests.prove import share
from tutela.demo.seaweed import Identity, SeaweedFS

if TYPE_CHECKING:
    from tests.labs.chromium import Chromium

# The same examples in every run, that a failure can be repeated; `make prove` looks for new ones.
EXAMPLES = min(100, share(2000))
settings.register_profile(
    "test", deadline=None, derandomize=True, database=None, max_examples=EXAMPLES
)
settings.register_profile("prove", deadline=None, max_examples=1000, print_blob=True)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "test"))


def pytest_addoption(parser: pytest.Parser) -> None:
    """Sessions and golden files are written anew only when asked."""
    parser.addoption(
        "--update-golden", action="store_true", help="write what the program says now, then read it"
    )


_SAME_SERVERS = {"test_nodes_move": "test_nodes"}


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark every Hypothesis test, so that `make prove` finds them.

    What runs real programs stays together by file: their servers take long to start.
    """
    for item in items:
        if getattr(getattr(item, "obj", None), "is_hypothesis_test", False):
            item.add_marker("law")
        if item.get_closest_marker("real") and not item.get_closest_marker("xdist_group"):
            name = item.path.stem
            item.add_marker(pytest.mark.xdist_group(_SAME_SERVERS.get(name, name)))


# Whoever runs the tests in the background or under nohup has these ignored, and programs under
# test would inherit that; some tests end a program with them.
for _number, _handler in (
    (signal.SIGINT, signal.default_int_handler),
    (signal.SIGHUP, signal.SIG_DFL),
):
    if signal.getsignal(_number) == signal.SIG_IGN:
        signal.signal(_number, _handler)

_OF_WHOEVER_RUNS = ("AWS_", "MLFLOW_", "TUTELA_", "_TUTELA_", "XDG_")


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
        # MLflow as the peer tells its makers of its use, and keeps an id for that in the home.
        patch.setenv("MLFLOW_DISABLE_TELEMETRY", "true")
        yield empty


@pytest.fixture(scope="session")
def s3() -> Iterator[Lab]:
    """One real S3 server per test run; every test makes its own buckets in it."""
    guest = Identity("guest", actions=())
    with SeaweedFS([guest]) as server:
        yield Lab(server, guest)


@pytest.fixture(scope="session")
def untouched_mlflow(tmp_path_factory: pytest.TempPathFactory) -> TrackingLab:
    """A database that MLflow made, with nothing in it. To be copied, not changed."""
    return empty(tmp_path_factory.mktemp("mlflow"))


@pytest.fixture(scope="session")
def filled_mlflow(
    untouched_mlflow: TrackingLab, tmp_path_factory: pytest.TempPathFactory
) -> tuple[TrackingLab, Filled]:
    """A database with some of everything. To be copied, not changed."""
    lab = untouched_mlflow.copy(tmp_path_factory.mktemp("filled"))
    with lab.client() as client:
        return lab, fill(client)


@pytest.fixture(scope="session")
def chromium() -> Iterator[Chromium]:
    """One headless Chromium for the whole run; the extra `browser` is needed only where it is."""
    from tests.labs.chromium import Chromium

    with Chromium() as browser:
        yield browser


@pytest.fixture(scope="session")
def bao() -> Iterator[OpenBao]:
    """One real OpenBao per test run; every test makes engines, policies and logins of its own."""
    with OpenBao() as server:
        yield server.initialise()
