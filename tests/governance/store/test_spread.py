"""Splitting a folder against a model of the store that loses names (and one that does not)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence

import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from governance.store.pages import Page, Upload, rows_of
from governance.store.spread import Spread
from tests.prove import share

NAMES = st.text(alphabet="ab-. +0", min_size=1, max_size=4)


class Walker:
    """Pages one level as SeaweedFS 4.48 does: walks by name, sorts each page by whole key, skips a
    folder by its bare name.

    A real server is asked by test_listing; this one can be asked ten thousand times.
    """

    def __init__(self, keys: Sequence[str], page: int) -> None:
        self._keys = keys
        self._page = page

    def versions(self, prefix: str, *, one_level: bool = False) -> Iterator[Page]:
        level = Counter(
            key if "/" not in key[len(prefix) :] else key[: key.index("/", len(prefix)) + 1]
            for key in self._keys
            if key.startswith(prefix)
        )
        folders = {name for name in level if name.endswith("/")}
        if not one_level:
            yield _page([key for key in self._keys if key.startswith(prefix)], [], False)
            return
        marker = ""
        while True:
            walk = sorted(level, key=_walked)
            left = [name for name in walk if not marker or name.rstrip("/") > marker]
            some = sorted(left[: self._page + 1])
            more = len(some) > self._page
            some = some[: self._page]
            yield _page(
                [name for name in some if name not in folders],
                [name for name in some if name in folders],
                more,
            )
            if not more:
                return
            marker = some[-1]

    current = versions

    def uploads(self, prefix: str) -> Iterator[Sequence[Upload]]:
        raise AssertionError("not asked for")

    def parts(self, upload: Upload) -> int:
        raise AssertionError("not asked for")

    def exists(self, key: str) -> bool:
        return key in self._keys


def _walked(name: str) -> str:
    """By name, whatever it is: a folder has no slash there, a file with versions a suffix."""
    return name.rstrip("/") if name.endswith("/") else f"{name}.versions"


def _page(keys: list[str], folders: list[str], more: bool) -> Page:
    count = len(keys)
    none: list[str | None] = [None] * count
    rows = rows_of(
        key=keys,
        version_id=none,
        is_latest=[True] * count,
        entry=["version"] * count,
        size=[1] * count,
        modified=none,
        etag=none,
        storage_class=none,
        owner=none,
    )
    return Page(rows, folders, more)


def spread(walker: Walker, prefix: str) -> tuple[list[str], list[str], list[str]]:
    batches: list[pa.RecordBatch] = []
    unsure: list[str] = []
    one = Spread(walker, walker.versions, prefix, batches.append, unsure.append)
    one.run()
    keys = [key for batch in batches for key in batch.column("key").to_pylist()]
    return sorted(keys), sorted(one.folders), unsure


@settings(max_examples=share(4000), deadline=None)
@given(st.sets(NAMES, max_size=14), st.sets(NAMES, max_size=14), st.sampled_from([2, 3, 5, 8]))
def test_every_name_is_given_once_or_named_as_unsure(
    files: set[str], folders: set[str], page: int
) -> None:
    keys = sorted({f"r/{name}" for name in files} | {f"r/{name}/x" for name in folders})
    found, below, unsure = spread(Walker(keys, page), "r/")
    assert len(found) == len(set(found))
    assert set(found) <= set(keys)
    assert {f"r/{name}" for name in files} - set(found) <= set(unsure)
    assert below == sorted({f"r/{name}/" for name in folders})


def test_the_model_does_lose_names_where_it_is_not_split() -> None:
    walker = Walker(["r/a/x", "r/a-b", "r/a-c", "r/b"], 2)
    pages = list(walker.versions("r/", one_level=True))
    assert "r/a/" not in [folder for page in pages for folder in page.folders]


def test_a_folder_of_many_shards_is_split_by_the_beginnings_of_their_names() -> None:
    keys = [f"r/shard-{number:05}.tar" for number in range(5000)]
    found, below, unsure = spread(Walker(keys, 1000), "r/")
    assert found == keys
    assert (below, unsure) == ([], [])


@pytest.mark.parametrize("prefix", ["r/a", "r/", ""])
def test_a_prefix_need_not_be_a_folder(prefix: str) -> None:
    keys = ["r/a", "r/a-b", "r/a/x", "r/ab", "r/b"]
    found, below, unsure = spread(Walker(keys, 2), prefix)
    under = [key for key in keys if key.startswith(prefix)]
    direct = [key for key in under if "/" not in key[len(prefix) :]]
    assert set(direct) - set(found) <= set(unsure)
    assert all(folder.startswith(prefix) for folder in below)
