"""Lists one large folder of a store that loses names where one page ends and the next begins.

Such a store walks a folder by name and compares whole keys. With "a/", "a-b" and "a" side by side,
a page that ends between them hides some: names that begin like the one at the end, and go on with
a character that sorts before "/" or not at all. One page by itself is right. So the folder is
split by the beginnings of names until every piece fits into one page; the pages that did not fit
only tell which beginnings there are, and the characters before "/" are tried everywhere.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from os.path import commonprefix

import pyarrow as pa
import pyarrow.compute as pc

from governance.store.pages import Lister, Method, Page

BEFORE_SLASH = [chr(code) for code in range(ord(" "), ord("/"))]


class Spread:
    """What lies directly below one prefix, split by the beginnings of names.

    `emit` takes the rows; `unsure` is called with the beginning of keys that cannot all be had;
    `folders` are those found so far. Left unseen is only a key whose newest version is a delete
    marker, beside more than a page of names that begin with it.
    """

    def __init__(
        self,
        lister: Lister,
        method: Method,
        prefix: str,
        emit: Callable[[pa.RecordBatch], None],
        unsure: Callable[[str], None],
    ) -> None:
        self._lister = lister
        self._method = method
        self._start = prefix
        self._folder = prefix[: prefix.rfind("/") + 1]
        self._emit = emit
        self._unsure = unsure
        self.folders: list[str] = []

    def run(self) -> None:
        """Emit every row directly below the prefix and find the folders there.

        Raises:
            StoreError: a piece could not be listed; what was emitted by then is right.
        """
        self._cover(self._start)

    def _cover(self, start: str) -> None:
        """Emit all names that begin with `start`."""
        pages = iter(self._method(start, one_level=True))
        first = next(pages)
        if not first.more:
            self._emit(first.rows)
            self.folders += first.folders
            return
        all_pages = [first, *pages]
        names = set(_names(all_pages))
        if any(page.strays for page in all_pages):
            self._unsure(start)  # pages of what does not begin like that may hide what does
        if not names:
            return
        bare = {name.rstrip("/") for name in names}
        common = commonprefix([min(bare), max(bare)])  # noqa: RUF071 - by character is what is meant
        for end in range(max(len(start), len(self._folder) + 1), len(common) + 1):
            stem, on = common[:end], common[end : end + 1]
            for char in BEFORE_SLASH:
                if char != on:
                    self._cover(stem + char)
            if on < "/":
                self._exactly(stem, names, bare)
        further = {name[len(common)] for name in bare if len(name) > len(common)}
        tried = BEFORE_SLASH if len(common) > len(self._folder) else ()
        for char in sorted(further.difference(tried)):
            self._cover(common + char)

    def _exactly(self, stem: str, names: set[str], bare: set[str]) -> None:
        """Emit the rows of one key, and find the folder of its name."""
        folder = stem + "/"
        if folder in names or any(page.rows.num_rows for page in self._method(folder)):
            self.folders.append(folder)
        beside = any(
            name.startswith(stem) and name[len(stem) : len(stem) + 1] in BEFORE_SLASH
            for name in bare
        )
        if not beside:
            for page in self._method(stem, one_level=True):
                self._emit(page.rows.filter(pc.equal(page.rows.column("key"), stem)))
        elif stem in names or self._lister.exists(stem):
            # More names begin with it than fit into one page, and they hide some of its rows.
            self._unsure(stem)


def _names(pages: Iterable[Page]) -> Iterable[str]:
    for page in pages:
        yield from page.rows.column("key").to_pylist()
        yield from page.folders
