"""A repository that notes which bytes were read of it."""

import hashlib
from collections.abc import Iterable
from fnmatch import fnmatchcase
from pathlib import Path

from blueprints.check.repository import Repository
from tce.evidence.errors import EvidenceError

RESULTS = ("evidence/", "keys/ceremony/")
"""Where results lie: what a later run adds there takes nothing from an earlier one."""
FORMS = (
    *("*.dsse.json", "*.csv", "*.html"),
    *("*/evidence.json", "*/component-definition.json", "*/assessment-results.json"),
)
"""What results are called; whatever else lies there is a file as every other."""


class Watched(Repository):
    """What a run reads through this, its record is of."""

    def __init__(self, folder: Path) -> None:
        """As :class:`Repository`."""
        super().__init__(folder)
        self.seen: dict[str, str] = {}
        """Files that were read, with the SHA-256 of what was got."""

    def read(self, path: str) -> bytes:
        """As :meth:`Repository.read`.

        Raises:
            EvidenceError: the file is not what it was when it was read first.
        """
        data = super().read(path)
        digest = hashlib.sha256(data).hexdigest()
        if is_result(path):
            return data
        if self.seen.setdefault(path, digest) != digest:
            raise EvidenceError(f"{path} changed while it was read", "run it again")
        return data

    def note(self, paths: Iterable[str]) -> None:
        """Read files for their digest."""
        for path in paths:
            self.read(path)


def is_result(path: str) -> bool:
    """Whether a file holds what runs and ceremonies said, and is none that they are about."""
    return path.startswith(RESULTS) and any(fnmatchcase(path, form) for form in FORMS)
