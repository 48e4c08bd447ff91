"""What an argument of ``tutela tce open`` names: age files, and detached bodies with their headers.

In this order: an object of the header store by name or by its body, a file, all objects of a folder
of names, all that lies in a place. Of a place the header store says which of its objects have their
bodies there, by their manifests; a listing only says what else there is. A provider could copy
any body there, and whoever opens a place to hand it on would hand that on as well.
"""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from blueprints.display import count
from blueprints.errors import ExpectedError
from tce.seal.errors import MissingError
from tce.seal.folder import Folder
from tce.seal.headers.entry import is_id
from tce.seal.headers.errors import DestroyedError
from tce.seal.headers.named import body_or_name, lying
from tce.seal.headers.store import Destroyed, Entry, HeaderStore, Record, Refused
from tce.seal.place import Place
from tce.seal.places import place
from tce.seal.sealed import Failed
from tce.seal.setting import Setting
from tce.seal.sources import AGE


@dataclass(frozen=True)
class File:
    """An age file somewhere."""

    place: Place
    name: str

    @property
    def key(self) -> str:
        """The same for the same file."""
        return self.place.uri_of(self.name)


@dataclass(frozen=True)
class Detached:
    """An object whose header is in the store."""

    record: Record
    seen: File | None = None
    """Where its body was seen, and its manifest says another place; None: ask the manifest."""

    @property
    def name(self) -> str:
        """The object's."""
        return self.record.name

    @property
    def key(self) -> str:
        """The same for the same object."""
        return f"object {self.record.name}"


@dataclass(frozen=True)
class Found:
    """What is opened, and what has to be said of what is not."""

    files: tuple[File | Detached, ...]
    failed: tuple[Failed, ...] = ()
    """Records that cannot be read: whether they were meant is not known."""
    warnings: tuple[str, ...] = ()


def found(
    said: str, headers: HeaderStore | None, setting: Setting, *, moved: bool = False
) -> Found:
    """Return what an argument names.

    Args:
        said: the argument.
        headers: where headers of detached bodies are.
        setting: of stores.
        moved: bodies are taken where they are seen, whatever their manifests say of places.

    Raises:
        MissingError: nothing.
        DestroyedError: what was shredded.
        HeadersError, PlaceError, StoreError: it cannot be looked at.
    """
    if headers is not None and not said.endswith("/"):
        single = body_or_name(headers, said)
        if single is not None:
            # The store's own words for what is destroyed.
            return Found((Detached(headers.current(single.name)),))
    at, name = split(said, setting)
    if name and at.exists(name) and not (isinstance(at, Folder) and Path(said).is_dir()):
        return Found((File(at, name),))
    if headers is None:
        return _attached(said, at, name)
    damaged: list[Refused] = []
    entries = list(headers.entries(damaged))
    failed = tuple(Failed(one.name, one.error) for one in damaged)
    folder = f"{said.rstrip('/')}/"
    inside = [one for one in entries if one.name.startswith(folder)]
    if records := [one for one in inside if isinstance(one, Record)]:
        shredded = len(inside) - len(records)
        warnings = [f"{folder}: {_objects(shredded)} shredded"] if shredded else []
        return Found(tuple(map(Detached, sorted(records, key=_name))), failed, tuple(warnings))
    if inside:
        raise DestroyedError(f"{folder}: everything of it was shredded")
    there = _Listed(said, at, name, headers.where, entries, moved)
    return Found(there.files(), failed, there.warnings())


def split(said: str, setting: Setting) -> tuple[Place, str]:
    """The place above, and the name in it; no name for a whole bucket.

    Raises:
        StoreError: not an S3 address.
    """
    if said.startswith("s3://"):
        above, _, name = said.rstrip("/").rpartition("/")
        if above == "s3:/":
            return place(said, setting.config), ""
        return place(above, setting.config), name
    path = Path(said).absolute()
    return Folder(path.parent), path.name


def _attached(said: str, at: Place, name: str) -> Found:
    there = [one for one, _ in at.below(name)]
    files = tuple(File(at, one) for one in there if one.endswith(AGE))
    if files:
        return Found(files)
    bodies = sum(is_id(_last(one)) for one in there)
    if bodies:
        raise MissingError(
            f"nothing sealed at {said} but {_bodies(bodies)}, whose headers lie elsewhere",
            "--detached STORE",
            "--environment DIR",
        )
    raise MissingError(f"nothing sealed at {said}")


class _Listed:
    """A place, as the header store and a listing of it know it."""

    def __init__(
        self, said: str, at: Place, name: str, where: str, entries: list[Entry], moved: bool
    ) -> None:
        self._said, self._at, self._where = said, at, where
        self._named = sorted(lying(entries, said), key=_name)
        self._unlisted: ExpectedError | None = None
        self._others: Counter[type] = Counter()
        self._seen: list[Detached] = []
        self._files: list[File] = []
        known = {one.id: one for one in entries}
        named = {one.id for one in self._named}
        for one in self._listing(name):
            body = _last(one)
            if one.endswith(AGE):
                self._files.append(File(at, one))
            elif is_id(body) and body not in named:
                entry = known.get(body)
                if moved and isinstance(entry, Record):
                    self._seen.append(Detached(entry, File(at, one)))
                else:
                    self._others[type(entry)] += 1

    def _listing(self, name: str) -> Iterator[str]:
        """Whoever may read bodies may not always list them."""
        try:
            yield from (one for one, _ in self._at.below(name))
        except ExpectedError as error:
            if not self._named:
                if isinstance(self._at, Folder) and not Path(self._said).exists():
                    return
                raise
            self._unlisted = error

    def files(self) -> tuple[File | Detached, ...]:
        """Everything that can be opened.

        Raises:
            MissingError: nothing.
        """
        seen = sorted(self._seen, key=lambda one: one.key)
        # What the store knows goes before what anybody could have laid there.
        files: tuple[File | Detached, ...] = (
            *map(Detached, self._named),
            *seen,
            *self._files,
        )
        if not files:
            what = "; ".join(self._words()) or f"{self._where} knows nothing of it"
            raise MissingError(
                f"nothing sealed at {self._said}: {what}", f"tutela tce headers list {self._where}"
            )
        return files

    def warnings(self) -> tuple[str, ...]:
        """What else lies there, or could not be seen."""
        return tuple(f"{self._said}: {one}" for one in self._words())

    def _words(self) -> list[str]:
        said = []
        if unknown := self._others[type(None)]:
            said.append(f"{_bodies(unknown)} there that {self._where} does not know")
        if elsewhere := self._others[Record]:
            said.append(
                f"{_bodies(elsewhere)} there of objects that lie elsewhere by their manifests"
                f" (opened with --bodies {self._said})"
            )
        if shredded := self._others[Destroyed]:
            said.append(f"{_bodies(shredded)} there of objects that were shredded")
        if self._unlisted is not None:
            said.append(f"what else lies there is not known: {self._unlisted}")
        return said


def _name(record: Record) -> str:
    return record.name


def _last(name: str) -> str:
    return name.rpartition("/")[2]


def _bodies(number: int) -> str:
    return f"{count(number)} {'body' if number == 1 else 'bodies'}"


def _objects(number: int) -> str:
    return f"{count(number)} {'object was' if number == 1 else 'objects were'}"
