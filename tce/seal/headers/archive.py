"""A backup of a header store as one file: ``tutela/header-backup/v1``.

A ZIP archive, stored without compression::

    backup.dsse.json     when, of what store, to whom, and the digest of the list; signed
    list                 a line per entry: tag, version, SHA-256 of its file
    entries/<tag>.age    one entry (`tce.seal.headers.entry`), an age file to the escrow

Each entry is an age file of its own, so that a shredded one is taken out of a backup without any
key: in its place comes the word that it was destroyed. Whoever has a backup and no identity learns
how many objects there are, and can find out whether an object of a name that they guess is among
them.
"""

import hashlib
import os
import re
import zipfile
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError
from securesystemslib.signer import Key, Signer

from blueprints.secret import Secret
from governance.signing import envelope
from governance.signing.errors import SigningError
from tce.age import whole
from tce.age.keys import X25519Recipient
from tce.age.stanza import Identity, Random
from tce.seal.headers import entry as texts
from tce.seal.headers.errors import DamagedError, HeadersError
from tce.seal.headers.store import Destroyed, Entry

PAYLOAD_TYPE = "application/vnd.tutela.header-backup+json"
SCHEMA: Literal["tutela/header-backup/v1"] = "tutela/header-backup/v1"
_SAID = "backup.dsse.json"
_LIST = "list"
_LARGEST = texts.LARGEST + (1 << 17)
"""Bytes of an entry as an age file."""
_LINE = re.compile(r"([0-9a-f]{64}) ([1-9][0-9]{0,17}) ([0-9a-f]{64})")


class Said(BaseModel):
    """What is signed of a backup."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)

    schema_: Annotated[Literal["tutela/header-backup/v1"], Field(alias="schema")] = SCHEMA
    made: str
    """When; ISO 8601, UTC."""
    where: str
    """The store."""
    recipients: Annotated[list[str], Field(min_length=1)]
    entries: Annotated[int, Field(ge=0)]
    digest: Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")]
    """SHA-256 of the list."""


@dataclass(frozen=True)
class Listed:
    """One entry of a backup, as its list has it."""

    tag: str
    version: int
    sha256: str


@dataclass(frozen=True)
class Archive:
    """A backup that was opened; its entries are read one by one."""

    file: Path
    said: Said
    proved: bool
    """One of the keys that are believed signed it."""
    listed: tuple[Listed, ...]

    def entries(self, identities: Sequence[Identity]) -> Iterator[Entry]:
        """Yield what is in it; one that was shredded since is a `Destroyed`.

        Raises:
            AgeError: none of `identities` opens it.
            DamagedError: an entry is missing, or another than was backed up.
        """
        with _reading(self.file) as archive:
            for one in self.listed:
                yield self._entry(archive, one, identities)

    def raw(self, tag: str) -> bytes:
        """Return an entry as it lies there, encrypted.

        Raises:
            DamagedError: it is missing.
        """
        with _reading(self.file) as archive:
            return _bytes(archive, _name(tag), self.file, _LARGEST)

    def _entry(
        self, archive: zipfile.ZipFile, one: Listed, identities: Sequence[Identity]
    ) -> Entry:
        where = f"{self.file}: {_name(one.tag)}"
        raw = _bytes(archive, _name(one.tag), self.file, _LARGEST)
        found = texts.read(_opened(raw, identities, where), where)
        if texts.tag(found.name) != one.tag:
            raise DamagedError(f"{where}: the record of another object")
        same = hashlib.sha256(raw).hexdigest() == one.sha256 and found.version == one.version
        if not same and not isinstance(found, Destroyed):
            raise DamagedError(f"{where}: not the one that was backed up")
        return found


def write(
    file: Path,
    entries: Iterable[Entry],
    where: str,
    recipients: Sequence[X25519Recipient],
    signer: Signer | None,
    made: str,
    random: Random,
) -> Said:
    """Write a backup; nothing may be there, and nothing is before it is whole.

    Raises:
        HeadersError: it cannot be written.
        SigningError: the signer cannot be reached or refuses.
    """
    lines = []
    with _writing(file, replace=False) as archive:
        for one in entries:
            tag, raw = texts.tag(one.name), _sealed(one, recipients, random)
            _add(archive, _name(tag), raw)
            lines.append(f"{tag} {one.version} {hashlib.sha256(raw).hexdigest()}\n")
        text = "".join(lines).encode()
        said = Said(
            made=made,
            where=where,
            recipients=[str(one) for one in recipients],
            entries=len(lines),
            digest=hashlib.sha256(text).hexdigest(),
        )
        payload = said.model_dump_json(by_alias=True, indent=1).encode() + b"\n"
        _add(archive, _LIST, text)
        signers = [] if signer is None else [signer]
        _add(archive, _SAID, envelope.sign(payload, PAYLOAD_TYPE, signers))
    return said


def read(file: Path, keys: Sequence[Key]) -> Archive:
    """Open a backup; without `keys` nobody vouches for it.

    Raises:
        DamagedError: it is none, or its list is another.
        UnverifiedError: none of `keys` signed it.
    """
    with _reading(file) as archive:
        text = _bytes(archive, _SAID, file, envelope.LARGEST)
        try:
            signed = envelope.verify(text, PAYLOAD_TYPE, keys) if keys else envelope.read(text)
            said = Said.model_validate_json(signed.payload)
        except ValidationError:
            raise DamagedError(f"{file}: not a backup of {SCHEMA}") from None
        except SigningError as error:
            raise type(error)(f"{file}: {error}") from error
        listed = _bytes(archive, _LIST, file, said.entries * 256 + 1)
    if hashlib.sha256(listed).hexdigest() != said.digest:
        raise DamagedError(f"{file}: its list is not the one that was signed")
    return Archive(file, said, bool(keys), tuple(_listed(listed, file)))


def strike(archive: Archive, destroyed: Sequence[Destroyed], random: Random) -> list[str]:
    """Put the word that these were destroyed in the place of their entries; return their names.

    The archive is written anew beside itself and renamed: no moment has half of it. What stood in
    it before is no more in the file; blocks of a disk, copies and older backups are not reached.

    Raises:
        HeadersError: it cannot be written.
    """
    recipients = [X25519Recipient.parse(one) for one in archive.said.recipients]
    listed = {one.tag for one in archive.listed}
    here = {_name(texts.tag(one.name)): one for one in destroyed if texts.tag(one.name) in listed}
    found = sorted(one.name for one in here.values())
    if not found:
        return []
    with _reading(archive.file) as old, _writing(archive.file, replace=True) as new:
        for info in old.infolist():
            mark = here.get(info.filename)
            text = (
                _sealed(mark, recipients, random)
                if mark
                else _bytes(old, info.filename, archive.file, info.file_size)
            )
            _add(new, info.filename, text)
    return found


def _sealed(one: Entry, recipients: Sequence[X25519Recipient], random: Random) -> bytes:
    return whole.seal(Secret(texts.write(one)), recipients, random)


def _opened(raw: bytes, identities: Sequence[Identity], where: str) -> bytes:
    return whole.open(raw, identities, where).reveal()


def _listed(text: bytes, file: Path) -> Iterator[Listed]:
    for line in text.decode(errors="replace").splitlines():
        found = _LINE.fullmatch(line)
        if found is None:
            raise DamagedError(f"{file}: a line of its list says nothing")
        yield Listed(found[1], int(found[2]), found[3])


def _add(archive: zipfile.ZipFile, name: str, text: bytes) -> None:
    """With the first day that ZIP knows, so that no clock is read."""
    archive.writestr(zipfile.ZipInfo(name), text)


def _name(tag: str) -> str:
    return f"entries/{tag}.age"


def _bytes(archive: zipfile.ZipFile, name: str, file: Path, most: int) -> bytes:
    try:
        info = archive.getinfo(name)
        if info.file_size > most or info.compress_type != zipfile.ZIP_STORED:
            raise DamagedError(f"{file}: {name}: longer than such a thing is")
        return archive.read(info)
    except KeyError:
        raise DamagedError(f"{file}: {name} is missing") from None
    except (zipfile.BadZipFile, EOFError, RuntimeError, NotImplementedError):
        raise DamagedError(f"{file}: {name} is damaged") from None


@contextmanager
def _reading(file: Path) -> Iterator[zipfile.ZipFile]:
    try:
        with zipfile.ZipFile(file) as archive:
            yield archive
    except OSError as error:
        raise HeadersError(f"{file}: {error.strerror or 'cannot be read'}") from error
    except zipfile.BadZipFile:
        raise DamagedError(f"{file}: not a backup of headers") from None


@contextmanager
def _writing(file: Path, *, replace: bool) -> Iterator[zipfile.ZipFile]:
    """A file that appears once it is whole and on the disk."""
    part = file.with_name(f".{file.name}.part")
    put: Callable[[Path, Path], None] = os.replace if replace else os.link
    try:
        part.unlink(missing_ok=True)
        handle = os.open(part, os.O_RDWR | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600)
        try:
            with os.fdopen(handle, "w+b") as stream:
                with zipfile.ZipFile(stream, "w", zipfile.ZIP_STORED) as archive:
                    yield archive
                stream.flush()
                os.fsync(stream.fileno())
            put(part, file)
        finally:
            part.unlink(missing_ok=True)
        folder = os.open(file.parent, os.O_RDONLY | os.O_DIRECTORY)
        try:
            os.fsync(folder)
        finally:
            os.close(folder)
    except FileExistsError:
        raise HeadersError(f"there is {file} already") from None
    except OSError as error:
        raise HeadersError(f"{file}: {error.strerror}") from error
