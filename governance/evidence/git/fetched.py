"""Of what time a clone is: what was pushed elsewhere since its last fetch is not in it."""

import os
from datetime import UTC, datetime
from itertools import chain
from pathlib import Path

MOST_LOOKED_AT = 100_000


def fetched(folder: Path) -> datetime | None:
    """Return when a repository last heard of the world; None for one that never fetched.

    Git writes `FETCH_HEAD` anew at every fetch, also when nothing had changed. A repository that
    is pushed to has no such file, or one that is older than its refs: it is as of now, or of the
    last push. A fresh clone has none either, until it fetches for the first time.

    Args:
        folder: its Git folder.
    """
    try:
        newest = os.lstat(folder / "FETCH_HEAD").st_mtime
    except OSError:
        return None
    looked = 0
    for path in chain([folder / "packed-refs"], _folders(folder / "refs")):
        looked += 1
        if looked > MOST_LOOKED_AT:
            break
        try:
            newest = max(newest, os.lstat(path).st_mtime)
        except OSError:
            continue
    return datetime.fromtimestamp(newest, UTC)


def _folders(refs: Path) -> "chain[Path]":
    """The folders and files of loose refs: each change renames a file into its folder."""
    return chain.from_iterable(
        (Path(here), *(Path(here, name) for name in names)) for here, _, names in os.walk(refs)
    )
