"""What a batch job of Flux says of its service."""

import shlex
from collections.abc import Iterator, Mapping
from typing import Final

from blueprints.runtimes.batch.read import Kind, known
from blueprints.runtimes.batch.read import read as read_job
from blueprints.service.facts import Facts

_FACTS: Final = {"--job-name": "name", "--nodes": "nodes"}
_OTHERS: Final = ("--time-limit", "--queue", "--setattr", "--output")
_FIXED: Final = ("--exclusive", "--broker-opts=-Sbroker.quorum=1")
_EVERY: Final = ("flux", "submit", "--exclusive")
_STEPS: Final = {
    "on_head": (*_EVERY, "--nodes=1", "--ntasks=1", "--requires=rank:0"),
    "on_workers": (
        *(*_EVERY, "--requires=-rank:0"),
        *(f"--nodes={known('workers')}", f"--ntasks={known('workers')}"),
    ),
}


def read(files: Mapping[str, bytes]) -> Facts:
    """Its facts; see :data:`blueprints.runtimes.runtime.Reader`."""
    return read_job(files, Kind("# flux:", _directive, _STEPS))


def _directive(line: str) -> Iterator[tuple[str, str] | None]:
    for word in shlex.split(line, comments=True):
        name, _, value = word.partition("=")
        if name in _FACTS:
            yield _FACTS[name], value
        elif name not in _OTHERS and word not in _FIXED:
            raise ValueError(f"an option that is not known: {word}")
