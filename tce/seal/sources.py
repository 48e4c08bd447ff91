"""What is sealed: files, folders, objects and prefixes, each with its name at the institution."""

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from governance.sealed.manifest import SUFFIX, Content
from governance.workspace.config import StoreConfig
from tce.seal.errors import MissingError, PlaceError
from tce.seal.folder import Folder
from tce.seal.place import Place, checked
from tce.seal.places import place

AGE = ".age"


@dataclass(frozen=True)
class Item:
    """One file to seal."""

    name: str
    """Within `place`, and what the manifest calls it."""
    place: Place
    size: int
    """Bytes, when it was looked at."""
    content: Content | None = None
    """Of which artifact it is a member, where a folder is sealed."""

    @property
    def uri(self) -> str:
        """Where it lies."""
        return self.place.uri_of(self.name)


@dataclass(frozen=True)
class Source:
    """One argument: a file, or all of a folder."""

    said: str
    items: tuple[Item, ...]
    folder: bool
    sealed: int = 0
    """Files that are left out, as they are sealed ones themselves."""


def source(said: str, config: StoreConfig) -> Source:
    """Return what an argument names.

    Raises:
        MissingError: nothing.
        PlaceError, StoreError: it cannot be read.
    """
    if said.startswith("s3://"):
        above, _, name = said.rstrip("/").rpartition("/")
        if above == "s3:/":
            # A whole bucket: names are those of its keys.
            return _folder(said, place(said, config), "")
        at = place(above, config)
        if not said.endswith("/") and at.exists(name):
            with at.stream(name) as stream:
                return Source(said, (Item(name, at, stream.size),), folder=False)
        return _folder(said, at, name)
    path = Path(said).absolute()
    at = Folder(path.parent)
    if path.is_dir():
        return _folder(said, at, path.name)
    with at.stream(path.name) as stream:
        return Source(said, (Item(checked(path.name), at, stream.size),), folder=False)


def _folder(said: str, at: Place, name: str) -> Source:
    found = dict(at.below(name))
    if not found:
        raise MissingError(f"nothing lies at {said}")
    taken = set(_unsealed(found))
    items = tuple(Item(checked(one), at, found[one]) for one in found if one in taken)
    if not items:
        raise PlaceError(f"everything at {said} is sealed already")
    return Source(said, items, folder=True, sealed=len(found) - len(items))


def _unsealed(names: Iterable[str]) -> Iterable[str]:
    """Leave out what an earlier run has written beside its sources."""
    known = set(names)
    for name in known:
        body = name.removesuffix(SUFFIX)
        if not (body.endswith(AGE) and body in known and body + SUFFIX in known):
            yield name
