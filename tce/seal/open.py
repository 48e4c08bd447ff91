"""``tutela tce open``: age files and detached bodies, back to what they were.

In this order: the manifest's signature, its version against the institution's record, the header's
digest, its MAC, then the body chunk by chunk and at its end the body's digest. Plaintext gets a
name only after all of that.
"""

from collections.abc import Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field, replace
from pathlib import Path

from blueprints.errors import ExpectedError
from governance.sealed.manifest import SUFFIX, Manifest
from tce.age import body, header
from tce.age.errors import BodyCutError
from tce.age.keys import X25519Identity
from tce.seal import environment, identity, manifests
from tce.seal.environment import Environment
from tce.seal.errors import ExistsError, ManifestError, MissingError, UsageError
from tce.seal.folder import Folder
from tce.seal.found import Detached, File, Found, found, split
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
    return run.all(
        [found(said, run.headers, setting, moved=run.bodies is not None) for said in wanted.sources]
    )


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
    taken: set[str] = field(default_factory=set)
    """Names under which something was opened."""

    def all(self, sources: Sequence[Found]) -> OpenedAll:
        """Open each in turn, and what is named twice once."""
        files = list({one.key: one for source in sources for one in source.files}.values())
        opened: list[Opened] = []
        failed = [one for source in sources for one in source.failed]
        for number, one in enumerate(files, 1):
            self.setting.progress(f"opening {number} of {len(files)}: {one.name}")
            try:
                opened.append(self.detached(one) if isinstance(one, Detached) else self.file(one))
            except ExpectedError as error:
                if len(files) == 1 and not failed:
                    raise
                failed.append(Failed(one.name, error))
        warnings = dict.fromkeys(one for source in sources for one in source.warnings)
        return OpenedAll(tuple(opened), tuple(failed), tuple(warnings))

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

    def detached(self, one: Detached) -> Opened:
        """Open a detached body by its record.

        Raises:
            as :meth:`file`; MissingError: the provider has no such body.
        """
        record = one.record
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
        if one.seen is not None:
            bodies, name = one.seen.place, one.seen.name
        elif bodies is None:
            if manifest.place is None:
                raise ManifestError(f"{shown}: its manifest names no place", "--bodies PLACE")
            bodies, name = split(manifest.place, self.setting)
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
            if manifest is not None:
                _fits(manifest, incoming.size - (0 if apart else len(found.raw)), uri)
            file_key = header.open(found, self.identities)
            expected = manifest.plain_size if manifest else incoming.size
            if name in self.taken:
                raise ExistsError(f"{uri}: another file of this run was opened as {name}")
            outgoing = stack.enter_context(
                self.out.writer(name, expected=expected, replace=self.replace)
            )
            sealed = manifest.body if manifest else None
            part, plain = receive(file_key, incoming, outgoing, sealed, uri, self.setting.progress)
            if manifest is not None:
                manifests.same(manifest.body, part, f"the body of {uri}")
                if plain != manifest.plain_size:
                    raise ManifestError(f"{uri}: its manifest speaks of another size")
            outgoing.complete()
            self.taken.add(name)
        return Opened(
            name,
            self.out.uri_of(name),
            plain,
            manifest.version if manifest and read and read.proved else None,
            read.proved if read else None,
            record is not None,
            _warnings(read, record),
        )


def _fits(manifest: Manifest, size: int, uri: str) -> None:
    """Return where the body is as long as its manifest says, and that can be.

    A number that nobody signed, of a body that is not there, decides over no memory.

    Raises:
        BodyCutError: it is shorter.
        ManifestError: that cannot be.
    """
    if size < manifest.body.size:
        raise BodyCutError(f"{uri}: cut: {size} of {manifest.body.size} bytes")
    if body.sealed_size(manifest.plain_size) != manifest.body.size:
        raise ManifestError(f"{uri}: its manifest speaks of another size")


def _warnings(read: Read | None, record: Record | None) -> tuple[str, ...]:
    if read is None:
        return (UNPROVEN,)
    return (() if read.proved else (NO_SENDER,)) + (() if record else (NO_RECORD,))


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
