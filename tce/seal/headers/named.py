"""Objects as people name them: by name, by body, all of a folder or of a place.

- ``genomes/a.bam``: the object.
- an id, ``s3://tce/genomes/ID``, ``provider/ID``: the object whose body that is.
- ``genomes/``: every object whose name begins so.
- ``s3://tce/genomes/``, ``s3://tce``, ``provider/``: every object whose body lies there.

Where a body lies is what its manifest says. Nobody is asked here who signed that: whoever reads,
wraps or opens a record verifies it (`tce.seal.headers.checked`).
"""

import os
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

from tce.seal import manifests
from tce.seal.errors import ManifestError
from tce.seal.headers.entry import is_id
from tce.seal.headers.errors import MissingError
from tce.seal.headers.store import Entry, HeaderStore, Record, Refused

_BUCKET = "s3://"


def named(
    store: HeaderStore,
    names: Sequence[str],
    *,
    places: bool = True,
    damaged: list[Refused] | None = None,
) -> list[Entry]:
    """Return what `names` name, destroyed ones too, each once.

    Of a place those that were destroyed are left out: nothing says any more where they lay.

    Args:
        store: where the headers are.
        names: as above.
        places: False: a place names nothing, only single objects and folders of names do.
        damaged: gets what cannot be read where everything is looked through; None: that is raised.

    Raises:
        MissingError: one names nothing.
        HeadersError: the store cannot be read.
    """
    entries: dict[str, Entry] = {}
    every: list[Entry] | None = None
    for name in names:
        single = None if name.endswith("/") else body_or_name(store, name)
        if single is not None:
            entries[single.name] = single
            continue
        if every is None:
            every = list(store.entries(damaged))
        inside: list[Entry] = [
            one for one in every if name.endswith("/") and one.name.startswith(name)
        ]
        there = [] if inside or not name else lying(every, name)
        if there and not places:
            raise MissingError(
                f"{name}: a place, and what is to be destroyed is named by objects",
                f"tutela tce headers list {store.where} {name}",
            )
        if not inside and not there:
            raise MissingError(f"{store.where}: nothing of {name}")
        entries |= {one.name: one for one in [*inside, *there]}
    return list(entries.values())


def body_or_name(store: HeaderStore, said: str) -> Entry | None:
    """Return the object of this name, or whose body is `said`: its id, or where it lies; or None.

    Raises:
        HeadersError: the store cannot be read.
    """
    found = store.find(said) if said else None
    last = said.rpartition("/")[2]
    if found is None and last != said and is_id(last):
        found = store.find(last)
        # A name may look like an id; here an address is meant.
        return found if found is not None and found.id == last else None
    return found


def lying(entries: Iterable[Entry], said: str) -> list[Record]:
    """Return the records whose bodies lie in the bucket, the prefix or the folder `said`."""
    below = _address(said)
    return [
        one
        for one in entries
        if isinstance(one, Record) and any(place.startswith(below) for place in _place(one))
    ]


def _place(record: Record) -> Iterator[str]:
    """Where its body lies; nothing where its manifest does not say, or is none."""
    try:
        place = manifests.read(record.manifest, {}, record.name).manifest.place
    except ManifestError:
        return
    if place is not None:
        yield place if place.startswith(_BUCKET) else os.path.normpath(place)


def _address(said: str) -> str:
    """A place as manifests say it, with the slash that ends its own name."""
    if said.startswith(_BUCKET):
        bucket = said.removeprefix(_BUCKET).rstrip("/")
        # No bucket is no place, rather than all of them.
        return f"{_BUCKET}{bucket}/" if bucket else "\0"
    return os.path.join(os.path.normpath(Path(said).absolute()), "")
