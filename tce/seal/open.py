"""``tutela tce open``: age files and detached bodies, back to what they were.

In this order: the manifest's signature, its version against the institution's record, the header's
digest, its MAC, then the body chunk by chunk and at its end the body's digest. Plaintext gets a
name only after all of that.
"""

from collections.abc import Sequence
from contextlib import ExitStack
from dataclasses import dataclass, replace
from pathlib import Path

from blueprints.errors import ExpectedError
from governance.sealed.manifest import SUFFIX, Manifest
from tce.age import header
from tce.age.keys import X25519Identity
from tce.seal import environment, identity, manifests
from tce.seal.environment import Environment
from tce.seal.errors import ManifestError, MissingError, UsageError
from tce.seal.folder import Folder
from tce.seal.headers import where
from tce.seal.headers.errors import MissingError as NoHeaderError
from tce.seal.headers.store import HeaderStore, Record
from tce.seal.manifests import Read, Senders
from tce.seal.place import Incoming, Place
from tce.seal.places import place
from tce.seal.sealed import Failed, Opened, OpenedAll
from tce.seal.setting import Setting
from tce.seal.sources import AGE
from tce.seal.transfer import receive

UNPROVEN = "no manifest: sender and version are unproven"
NO_SENDER = "no sender's key was given: sender and version are unproven"
NO_RECORD = "no version record was asked: an older version would open just as well"


@dataclass(frozen=True)
class Wanted:
    """The command line."""

    sources: Sequence[str]
    identities: Sequence[str]
    out: str
    detached: str | None = None
    environment: Path | None = None
    senders: Sequence[Path] = ()
    bodies: str | None = None
    """Where detached bodies lie now; None: where their manifests say."""
    replace: bool = False


def open_(wanted: Wanted, setting: Setting) -> OpenedAll:
    """Open everything that is named; a file that fails does not stop the others.

    Raises:
        SealError, AgeError, StoreError, SigningError, CustodyError, HeadersError: nothing can be
            opened, or the only file was not.
    """
    ours = environment.load(wanted.environment) if wanted.environment else None
    if ours is None:
        environment.outside([*wanted.sources, wanted.out])
    elif ours.at(wanted.out) is not None:
        raise UsageError(f"{wanted.out} is a place of {ours.folder}: no plaintext goes there")
    setting = replace(setting, folder=wanted.environment)
    headers = wanted.detached or (ours.headers if ours else None)
    run = Run(
        setting,
        identity.of(wanted.identities, setting),
        _senders(wanted.senders, ours),
        where.store(headers, setting.bao) if headers else None,
        _private(wanted.out, setting),
        place(wanted.bodies, setting.config) if wanted.bodies else None,
        strict=ours is not None,
        replace=wanted.replace,
    )
    return run.all([one for said in wanted.sources for one in run.found(said)])


@dataclass(frozen=True)
class File:
    """An age file somewhere."""

    place: Place
    name: str


@dataclass(frozen=True)
class Detached:
    """An object whose header is in the store."""

    record: Record


@dataclass(frozen=True)
class Run:
    """What is the same for everything that is opened together."""

    setting: Setting
    identities: tuple[X25519Identity, ...]
    senders: Senders
    headers: HeaderStore | None
    out: Place
    bodies: Place | None = None
    strict: bool = False
    """Nothing without a known sender in the version that counts: a trusted environment."""
    replace: bool = False

    def found(self, said: str) -> Sequence[File | Detached]:
        """Return what an argument names: an object of the header store, a file, or all of a folder.

        Raises:
            MissingError: nothing.
        """
        if self.headers is not None and (records := _records(self.headers, said)):
            return [Detached(record) for record in records]
        at, name = _split(said, self.setting)
        if name and at.exists(name) and not (isinstance(at, Folder) and Path(said).is_dir()):
            return [File(at, name)]
        files = [File(at, one) for one, _ in at.below(name) if one.endswith(AGE)]
        if not files:
            raise MissingError(f"nothing sealed at {said}")
        return files

    def all(self, files: Sequence[File | Detached]) -> OpenedAll:
        """Open each in turn."""
        opened: list[Opened] = []
        failed: list[Failed] = []
        for number, one in enumerate(files, 1):
            name = one.record.name if isinstance(one, Detached) else one.name
            self.setting.progress(f"opening {number} of {len(files)}: {name}")
            try:
                opened.append(
                    self.detached(one.record) if isinstance(one, Detached) else self.file(one)
                )
            except ExpectedError as error:
                if len(files) == 1:
                    raise
                failed.append(Failed(name, error))
        return OpenedAll(tuple(opened), tuple(failed))

    def file(self, one: File) -> Opened:
        """Open an age file, by the manifest beside it where there is one.

        Raises:
            ManifestError: the manifest is not of a known sender, or of another file; none, where
                one is needed.
            ReplayedError: an older version than the one that counts.
            AgeError: it is not what was sealed, or for somebody else.
        """
        uri = one.place.uri_of(one.name)
        read = self._beside(one, uri)
        if read is None:
            with one.place.stream(one.name) as incoming:
                return self._open(incoming, uri, None, _plain_name(one.name), None)
        manifest = read.manifest
        if one.name.rpartition("/")[2] != manifest.object.rpartition("/")[2] + AGE:
            raise ManifestError(f"{uri}: its manifest is of {manifest.object}, another file")
        record = self._record(manifest)
        with one.place.stream(one.name) as incoming:
            return self._open(incoming, uri, read, manifest.object, record)

    def detached(self, record: Record) -> Opened:
        """Open a detached body by its record.

        Raises:
            as :meth:`file`; MissingError: the provider has no such body.
        """
        shown = f"{self.headers.where if self.headers else ''}: {record.name}"
        read = manifests.read(record.manifest, self.senders, shown)
        manifest = read.manifest
        if (manifest.object, manifest.id, manifest.version) != (
            record.name,
            record.id,
            record.version,
        ):
            raise ManifestError(f"{shown}: its manifest is of {manifest.object}, another version")
        bodies, name = self.bodies, record.id
        if bodies is None:
            if manifest.place is None:
                raise ManifestError(f"{shown}: its manifest names no place", "--bodies PLACE")
            bodies, name = _split(manifest.place, self.setting)
        with bodies.stream(name) as incoming:
            return self._open(
                incoming, bodies.uri_of(name), read, record.name, record, record.header
            )

    def _beside(self, one: File, uri: str) -> Read | None:
        try:
            text = one.place.read(one.name + SUFFIX, manifests.LARGEST)
        except MissingError:
            if self.strict:
                raise ManifestError(
                    f"{uri} has no manifest: this environment opens nothing of an unproven sender",
                    "tutela tce seal FILE --to BUCKET --key SENDER --environment DIR",
                ) from None
            return None
        return manifests.read(text, self.senders, uri + SUFFIX)

    def _record(self, manifest: Manifest) -> Record | None:
        """The record of the version that counts, which has to be this one."""
        if self.headers is None:
            return None
        try:
            record = self.headers.current(manifest.object)
        except NoHeaderError:
            if self.strict:
                raise
            return None
        said = manifests.read(record.manifest, self.senders, self.headers.where)
        manifests.newest(manifest, said.manifest, self.headers.where)
        return record

    def _open(
        self,
        incoming: Incoming,
        uri: str,
        read: Read | None,
        name: str,
        record: Record | None,
        apart: bytes | None = None,
    ) -> Opened:
        """`apart` is the header of a detached body; otherwise it comes before the body."""
        manifest = read.manifest if read else None
        with ExitStack() as stack:
            if apart is not None:
                found = header.parse(apart, f"the header of {name}")
            else:
                found = header.read(incoming, uri)
            if manifest is not None:
                manifests.same(manifest.header, manifests.part(found.raw), f"the header of {uri}")
            file_key = header.open(found, self.identities)
            expected = manifest.plain_size if manifest else incoming.size
            outgoing = stack.enter_context(
                self.out.writer(name, expected=expected, replace=self.replace)
            )
            body = manifest.body if manifest else None
            part, plain = receive(file_key, incoming, outgoing, body, uri, self.setting.progress)
            if manifest is not None:
                manifests.same(manifest.body, part, f"the body of {uri}")
                if plain != manifest.plain_size:
                    raise ManifestError(f"{uri}: its manifest speaks of another size")
            outgoing.complete()
        return Opened(
            name,
            self.out.uri_of(name),
            plain,
            manifest.version if manifest and read and read.proved else None,
            read.proved if read else None,
            record is not None,
            _warnings(read, record),
        )


def _warnings(read: Read | None, record: Record | None) -> tuple[str, ...]:
    if read is None:
        return (UNPROVEN,)
    return (() if read.proved else (NO_SENDER,)) + (() if record else (NO_RECORD,))


def _records(headers: HeaderStore, said: str) -> list[Record]:
    """The object of this name or of this body; else those of the folder `said`."""
    for name in (said, said.rstrip("/").rpartition("/")[2]):
        try:
            return [headers.current(name)]
        except NoHeaderError:
            continue
    inside = f"{said.rstrip('/')}/"
    return [headers.current(name) for name in headers.names() if name.startswith(inside)]


def _split(said: str, setting: Setting) -> tuple[Place, str]:
    """The place above, and the name in it; no name for a whole bucket."""
    if said.startswith("s3://"):
        above, _, name = said.rstrip("/").rpartition("/")
        if above == "s3:/":
            return place(said, setting.config), ""
        return place(above, setting.config), name
    path = Path(said).absolute()
    return Folder(path.parent), path.name


def _private(out: str, setting: Setting) -> Place:
    return (
        place(out, setting.config) if out.startswith("s3://") else Folder(Path(out), private=True)
    )


def _senders(files: Sequence[Path], ours: Environment | None) -> Senders:
    """Whose manifests are believed."""
    given = manifests.named(
        [(file.stem, key) for file in files for key in environment.public(file)]
    )
    if ours is None:
        return given
    if given:
        raise UsageError(f"--sender: {ours.folder} says whose manifests are believed")
    return ours.senders()


def _plain_name(name: str) -> str:
    """What an age file without a manifest is called once it is open."""
    return name.removesuffix(AGE) if name.endswith(AGE) else f"{name}.open"
