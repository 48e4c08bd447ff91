"""Looks for names that a store may have lost where one page of a folder ends.

Some stores walk a folder by name and compare by whole key. Where a page ends at "a-b", the folder
"a/" (walked before, sorted after) and the object "a" (sorted before, walked after) may be missing.
What is lost is always the beginning of the name at the seam, so there are few to look for.
"""

from collections import Counter
from collections.abc import Iterator

import pyarrow as pa
import pyarrow.compute as pc

from governance.store.pages import Lister, Method, Page


class Seams:
    """The seams between the pages of one folder; :meth:`add` every page, then ask."""

    def __init__(self, lister: Lister, method: Method, prefix: str) -> None:
        self._lister = lister
        self._method = method
        self._prefix = prefix
        self._seams: set[str] = set()
        self._rows: Counter[str] = Counter()
        self._folders: set[str] = set()

    def add(self, page: Page) -> None:
        """Take note of one page."""
        names = page.rows.column("key").to_pylist()
        self._rows.update(names)
        self._folders.update(page.folders)
        if page.more:
            self._seams.update(sorted([*names, *page.folders], key=str.encode)[-1:])
            self._seams.update(names[-1:])

    def _suspects(self) -> list[str]:
        """Every beginning of a name at a seam that goes on with what sorts before "/"."""
        found = set()
        for seam in self._seams:
            bare = seam.rstrip("/")
            ends = range(len(self._prefix) + 1, len(bare))
            found |= {bare[:end] for end in ends if bare[end] < "/"} | {bare}
        return sorted(found)

    def lost_folders(self) -> list[str]:
        """Return folders that are there and were not named."""
        return [
            suspect + "/"
            for suspect in self._suspects()
            if suspect + "/" not in self._folders
            and any(page.rows.num_rows for page in self._method(suspect + "/"))
        ]

    def lost_rows(self) -> Iterator[pa.RecordBatch | str]:
        """Yield the rows of keys that were left out; the key alone where only that is known."""
        for suspect in self._suspects():
            given = self._rows[suspect]
            first = next(iter(self._method(suspect, one_level=True)))
            rows = first.rows.filter(pc.equal(first.rows.column("key"), suspect))
            if rows.num_rows > given:
                yield suspect if given else rows
            elif not rows.num_rows and first.more and not given and self._lister.exists(suspect):
                # Too many names begin with it to find it in one page.
                yield suspect
