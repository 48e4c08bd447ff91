"""Objects as people name them: by name, by the id of a body, or all of a folder (``genomes/``)."""

from collections.abc import Sequence

from tce.seal.headers.errors import MissingError
from tce.seal.headers.store import Entry, HeaderStore


def named(store: HeaderStore, names: Sequence[str]) -> list[Entry]:
    """Return what `names` name, destroyed ones too, each once.

    Raises:
        MissingError: one names nothing.
    """
    entries: dict[str, Entry] = {}
    every = list(store.entries()) if any(one.endswith("/") for one in names) else []
    for name in names:
        inside = [one for one in every if name.endswith("/") and one.name.startswith(name)]
        if not inside:
            single = store.find(name)
            if single is None:
                raise MissingError(f"{store.where}: nothing of {name}")
            inside = [single]
        entries |= {one.name: one for one in inside}
    return list(entries.values())
