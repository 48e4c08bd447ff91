"""A small pytest suite in every rendered repository, which passes on it from the first day.

Its text is the same everywhere: what it expects it reads from the repository's own ``spec.yaml``.
"""

from collections.abc import Iterator
from functools import cache
from pathlib import Path

from blueprints.engine.blueprint import File, Owner


def files() -> Iterator[File]:
    """``tests/test_smoke.py``."""
    yield File("tests/test_smoke.py", _suite(), Owner.SHARED)


@cache
def _suite() -> bytes:
    return (Path(__file__).parent / "test_smoke.py.in").read_bytes()
