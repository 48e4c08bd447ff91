"""`tutela tce record`: every run that needs nothing but the repository, each with its record."""

import secrets
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from blueprints.display import visible
from tce.evidence import recorded
from tce.evidence.errors import EvidenceError
from tce.evidence.gather import FOLDER
from tce.evidence.keep import SUFFIX, Kept
from tce.evidence.recorded import Keeping
from tce.probe.prober import Options as Packets

PACKETS = 10_000
"""Random packets of a probe, as `tutela tce probe` sends unless it is told otherwise."""
FOUND_PROBLEMS = 3
Run = Callable[[Path, Keeping, str], Kept]


@dataclass(frozen=True)
class Recorded:
    """What ran, and how each ended."""

    folder: str
    runs: Mapping[str, Kept]

    @property
    def exit_code(self) -> int:
        """3 where one found something: its record says so, too."""
        return FOUND_PROBLEMS if any(one.exit_code for one in self.runs.values()) else 0

    def as_json(self) -> dict[str, object]:
        """Schema ``tutela/recorded/v1``."""
        return {
            "schema": "tutela/recorded/v1",
            "folder": self.folder,
            "runs": {name: dict(one.as_json()) for name, one in self.runs.items()},
        }

    def __str__(self) -> str:
        lines = [
            f"{name}: {'found problems' if one.exit_code else 'passed'}: {one.record}"
            f"{'' if one.signed else ' (signed by nobody)'}"
            for name, one in self.runs.items()
        ]
        lines += ["next:", f"  tutela tce evidence {self.folder}"]
        return "\n".join(visible(line) for line in lines)


def record(folder: Path, tests: Sequence[str], keeping: Keeping, path: str) -> Recorded:
    """Run tests, all of them where none is named, and keep their records in the repository.

    `path` is where programs are looked for, as in PATH.

    Raises:
        EvidenceError: a test that there is not; a record cannot be written.
        ExpectedError: one cannot run; records of those before it are kept.
    """
    unknown = [one for one in tests if one not in RUNS]
    if unknown:
        raise EvidenceError(f"no test is called {unknown[0]}", f"known: {', '.join(RUNS)}")
    found = {}
    for name, run in RUNS.items():
        if not tests or name in tests:
            file = folder / FOLDER / f"{name}{SUFFIX}"
            found[name] = run(folder, replace(keeping, file=file), path)
    return Recorded(str(folder), found)


def _prove(folder: Path, keeping: Keeping, _: str) -> Kept:
    return recorded.prove(folder, (), 0, keeping)


def _probe(folder: Path, keeping: Keeping, path: str) -> Kept:
    return recorded.probe(folder, Packets(PACKETS, 1, path), keeping, vlans=None)


def _check(folder: Path, keeping: Keeping, _: str) -> Kept:
    return recorded.check(folder, keeping)


def _visibility(folder: Path, keeping: Keeping, _: str) -> Kept:
    return recorded.visibility(folder, (), None, keeping)


def _planted(folder: Path, keeping: Keeping, _: str) -> Kept:
    return recorded.planted(folder, secrets.token_bytes, keeping)


RUNS: Mapping[str, Run] = {
    "prove": _prove,
    "probe": _probe,
    "check": _check,
    "visibility": _visibility,
    "planted": _planted,
}
