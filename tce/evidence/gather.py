"""Records as they lie in a folder: what they say, who signed them, and what is wrong with them."""

import hashlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Literal, TypeAlias

from governance.signing import envelope
from governance.signing.errors import SigningError, UnverifiedError
from tce.evidence.errors import EvidenceError
from tce.evidence.keep import SUFFIX
from tce.evidence.keys import Known
from tce.evidence.record import LARGEST, PAYLOAD_TYPE, Record, parse

FOLDER = "evidence/records"
Trust: TypeAlias = Literal["signed", "unsigned", "stranger", "tampered"]


@dataclass(frozen=True)
class Told:
    """A record, and whether anybody vouches for it."""

    file: str
    """As it is named to people."""
    record: Record
    trust: Trust
    by: tuple[str, ...]
    """Whose signatures hold."""
    raw: bytes
    """The envelope."""

    @property
    def ended(self) -> datetime:
        """When its run ended; UTC."""
        return moment(self.record.ended)


@dataclass(frozen=True)
class Broken:
    """A file that is no record."""

    file: str
    why: str


def gather(folders: Sequence[Path], keys: Sequence[Known]) -> tuple[Told | Broken, ...]:
    """Read every ``*.dsse.json`` of some folders; one that there is not holds none.

    Raises:
        EvidenceError: a folder cannot be read.
    """
    found: list[Told | Broken] = []
    for folder in folders:
        try:
            files = sorted(one for one in folder.iterdir() if one.name.endswith(SUFFIX))
        except FileNotFoundError:
            continue
        except OSError as error:
            raise EvidenceError(f"cannot read {folder}: {error.strerror}") from error
        found += [_told(file, keys) for file in files]
    return tuple(found)


def apart(file: str, raw: bytes, seen: dict[str, bytes]) -> str:
    """A name that no other envelope in `seen` has: where one does, with the beginning of its
    SHA-256."""
    if seen.setdefault(file, raw) == raw:
        return file
    digest = hashlib.sha256(raw).hexdigest()[:12]
    return f"{file.removesuffix(SUFFIX)}-{digest}{SUFFIX}"


def _told(file: Path, keys: Sequence[Known]) -> Told | Broken:
    try:
        raw = content(file)
        signed = envelope.read(raw)
        if signed.payload_type != PAYLOAD_TYPE:
            return Broken(file.name, f"it holds {signed.payload_type}")
        record = parse(signed.payload)
        moment(record.ended)
    except (SigningError, EvidenceError) as error:
        return Broken(file.name, str(error))
    trust, by = vouched(raw, PAYLOAD_TYPE, keys)
    return Told(file.name, record, trust, by, raw)


def vouched(raw: bytes, payload_type: str, keys: Sequence[Known]) -> tuple[Trust, tuple[str, ...]]:
    """Whether keys that count signed an envelope, and whose they are.

    ``tampered``: a key that counts is named, and its signature is not of these bytes.
    """
    claimed = set(envelope.read(raw).keyids)
    if not claimed:
        return "unsigned", ()
    proved = tuple(_proved(raw, payload_type, keys))
    if any(one.key.keyid in claimed and one not in proved for one in keys):
        return "tampered", ()
    return ("signed", tuple(one.name for one in proved)) if proved else ("stranger", ())


def _proved(raw: bytes, payload_type: str, keys: Sequence[Known]) -> Iterator[Known]:
    for one in keys:
        try:
            envelope.verify(raw, payload_type, [one.key])
        except UnverifiedError:
            continue
        yield one


def moment(text: str) -> datetime:
    """A time in UTC.

    Raises:
        EvidenceError: it is none.
    """
    try:
        said = datetime.fromisoformat(text)
        return (said if said.tzinfo else said.replace(tzinfo=UTC)).astimezone(UTC)
    except (ValueError, OverflowError):
        raise EvidenceError(f"{text!r} is no time") from None


def content(file: Path) -> bytes:
    """Of a file that is not larger than a record may be.

    Raises:
        EvidenceError: it is, or it cannot be read.
    """
    try:
        if not file.is_file():
            # A pipe would be waited for.
            raise EvidenceError(f"{file} is no file")
        with file.open("rb") as stream:
            raw = stream.read(LARGEST + 1)
    except OSError as error:
        raise EvidenceError(f"cannot read {file}: {error.strerror}") from error
    if len(raw) > LARGEST:
        raise EvidenceError(f"{file}: larger than {LARGEST >> 20} MiB, which no record is")
    return raw
