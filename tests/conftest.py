"""What every test may ask for: the real servers of `tests/labs`."""

from collections.abc import Iterator

import pytest

from tests.labs.seaweed import Lab
from tutela.demo.seaweed import Identity, SeaweedFS


@pytest.fixture(scope="session")
def s3() -> Iterator[Lab]:
    """One real S3 server per test run; every test makes its own buckets in it."""
    guest = Identity("guest", actions=())
    with SeaweedFS([guest]) as server:
        yield Lab(server, guest)
