"""The records of an environment: reading them, writing one more, verifying all of them."""

import hashlib
import os
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from securesystemslib.signer import Key

from governance.signing import envelope
from governance.signing.errors import SigningError
from tce.keys.ceremony.record import PAYLOAD_TYPE, Record, read
from tce.keys.errors import CustodyError

FOLDER = "keys/ceremony"
SUFFIX = ".dsse.json"
_LARGEST = 1 << 20


@dataclass(frozen=True)
class Kept:
    """One record as it lies in the repository; believed by nobody yet."""

    file: Path
    text: bytes
    record: Record

    @property
    def digest(self) -> str:
        """SHA-256 of the file, in hex: what later records call it."""
        return hashlib.sha256(self.text).hexdigest()


@dataclass(frozen=True)
class Chain:
    """All of an environment's records, in order of time, and what is wrong with them."""

    records: tuple[Kept, ...]
    problems: tuple[str, ...]
    """``file: what is wrong``; none: every signature holds, and nothing between was taken out."""
    heads: tuple[str, ...]
    """Digests of records that no other names. That the last ones were taken out is seen by nobody
    who does not know these."""


def path(name: str) -> str:
    """Where in the repository the record `name` is."""
    return f"{FOLDER}/{name}{SUFFIX}"


def write(folder: Path, name: str, text: bytes) -> Path:
    """Write a record; nothing is ever overwritten.

    Raises:
        CustodyError: it cannot be written.
    """
    file = folder / path(name)
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        number = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW, 0o644)
        with os.fdopen(number, "wb") as stream:
            stream.write(text)
            stream.flush()
            os.fsync(stream.fileno())
    except OSError as error:
        raise CustodyError(f"cannot write {file}: {error.strerror}") from error
    return file


def kept(folder: Path) -> tuple[Kept, ...]:
    """Every record, in order of time.

    Raises:
        CustodyError: one is no record.
    """
    found = []
    for file in sorted((folder / FOLDER).glob(f"*{SUFFIX}")):
        try:
            text = _bytes(file)
            found.append(Kept(file, text, read(envelope.read(text).payload)))
        except (SigningError, CustodyError) as error:
            raise CustodyError(f"{FOLDER}/{file.name}: {error}") from error
    # Within one second names are no order: what follows a record comes after it.
    depths: dict[str, int] = {}
    waiting = {one.digest: one for one in found}
    while waiting:
        ready = [
            one for one in waiting.values() if not set(one.record.previous) & waiting.keys()
        ] or list(waiting.values())
        for one in ready:
            before = [depths.get(each, 0) for each in one.record.previous]
            depths[one.digest] = max(before, default=0) + 1
            del waiting[one.digest]
    return tuple(sorted(found, key=lambda one: (one.record.started, depths[one.digest])))


def heads(folder: Path) -> tuple[str, ...]:
    """Digests of the records that none names."""
    return _heads(kept(folder))


def of_order(folder: Path, digest: str) -> str | None:
    """Which ceremony carried out an order, if one did."""
    return next(
        (
            one.record.id
            for one in kept(folder)
            if one.record.order == digest and one.record.outcome == "done"
        ),
        None,
    )


def verify(folder: Path, keys: Sequence[Key]) -> Chain:
    """Ask of every record whether one of `keys` signed it, and whether all of them are there.

    Raises:
        CustodyError: one is no record at all.
    """
    found = kept(folder)
    known = {one.digest for one in found}
    problems: list[str] = []
    orders: dict[str, str] = {}
    for one in found:
        name = f"{FOLDER}/{one.file.name}"
        try:
            envelope.verify(one.text, PAYLOAD_TYPE, keys)
        except SigningError as error:
            problems.append(f"{name}: {error}")
        if one.file.name != f"{one.record.id}{SUFFIX}":
            problems.append(f"{name}: is the record of {one.record.id}")
        problems += [
            f"{name}: follows a record that is not here ({missing[:16]})"
            for missing in one.record.previous
            if missing not in known
        ]
        if one.record.order and one.record.outcome == "done":
            if one.record.order in orders:
                problems.append(f"{name}: the order of {orders[one.record.order]} once more")
            orders.setdefault(one.record.order, one.record.id)
    first = [one for one in found if not one.record.previous]
    problems += [
        f"{FOLDER}/{one.file.name}: follows nothing, and is not the first" for one in first[1:]
    ]
    return Chain(found, tuple(problems), _heads(found))


def _heads(found: Sequence[Kept]) -> tuple[str, ...]:
    named = {one for each in found for one in each.record.previous}
    return tuple(one.digest for one in found if one.digest not in named)


def _bytes(file: Path) -> bytes:
    try:
        with file.open("rb") as stream:
            return stream.read(_LARGEST)
    except OSError as error:
        raise CustodyError(f"{file}: {error.strerror}") from error
