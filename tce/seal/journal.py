"""What a later run has to know of an upload that was cut off: one file per object, mode 0600.

A body can go on only under its own file key and nonce, so these lie in the file: whoever reads it
and has the uploaded parts reads this object. It lies with whoever has the plaintext anyhow, only
where they asked for it, and is removed with the last part. Every part's digest is on the disk
before the part leaves this machine: the same key never encrypts something else.
"""

import base64
import fcntl
import hashlib
import json
import os
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from blueprints.secret import Secret
from tce.seal.errors import PlaceError

SCHEMA = "tutela/transfer/v1"
_FIRST = f'{{"schema": "{SCHEMA}", '.encode()
_OPENED = os.O_RDWR | os.O_APPEND | os.O_CLOEXEC | os.O_NOFOLLOW


@dataclass(frozen=True)
class Begun:
    """What does not change from run to run."""

    key: str
    """Of what, to where."""
    id: str
    """Of the body."""
    recipients: tuple[str, ...]
    size: int
    """Bytes of the plaintext."""
    header: bytes = field(repr=False)
    file_key: Secret
    nonce: bytes = field(repr=False)


class FileJournal:
    """Implements `governance.store.multipart.Journal`; each line is one fact."""

    def __init__(self, path: Path, handle: int, begun: Begun, notes: list[dict[str, Any]]) -> None:
        self.begun = begun
        self._path, self._handle = path, handle
        self._upload: str | None = None
        self._digests: dict[int, str] = {}
        for note in notes:
            if "upload" in note:
                self._upload = note["upload"]
            else:
                self._digests[int(note["part"])] = str(note["sha256"])

    def upload(self) -> str | None:
        """The upload that was begun."""
        return self._upload

    def begin(self, upload: str) -> None:
        """Note it."""
        _append(self._path, self._handle, {"upload": upload})
        self._upload = upload

    def digest(self, number: int) -> str | None:
        """What was, or may have been, sent as this part."""
        return self._digests.get(number)

    def sending(self, number: int, digest: str) -> None:
        """Note a part before it is sent."""
        _append(self._path, self._handle, {"part": number, "sha256": digest})
        self._digests[number] = digest

    def end(self) -> None:
        """Forget it all."""
        self._path.unlink(missing_ok=True)
        self.close()

    def close(self) -> None:
        """Let a later run go on."""
        if self._handle >= 0:
            os.close(self._handle)
            self._handle = -1


def path(folder: Path, key: str) -> Path:
    """Return the file of a transfer."""
    return folder / f"{hashlib.sha256(key.encode()).hexdigest()[:32]}.transfer"


def begin(file: Path, begun: Begun) -> FileJournal:
    """Write down what is about to begin.

    Raises:
        PlaceError: it cannot be written.
    """
    first = {
        "schema": SCHEMA,
        "key": begun.key,
        "id": begun.id,
        "recipients": list(begun.recipients),
        "size": begun.size,
        "header": base64.b64encode(begun.header).decode(),
        "file_key": base64.b64encode(begun.file_key.reveal()).decode(),
        "nonce": base64.b64encode(begun.nonce).decode(),
    }
    try:
        file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        handle = os.open(file, _OPENED | os.O_CREAT | os.O_EXCL, 0o600)
    except OSError as error:
        raise PlaceError(f"{file}: {error.strerror}") from None
    try:
        _alone(file, handle)
        _append(file, handle, first)
    except BaseException:
        os.close(handle)
        raise
    return FileJournal(file, handle, begun, [])


def load(file: Path) -> FileJournal | None:
    """Return what was begun; None where nothing was.

    Raises:
        PlaceError: it is no journal, or others may read it; another run is at it.
    """
    try:
        handle = os.open(file, _OPENED)
    except FileNotFoundError:
        return None
    except OSError as error:
        raise PlaceError(f"{file}: {error.strerror}") from None
    try:
        journal = _read(file, handle)
    except BaseException:
        os.close(handle)
        raise
    if journal is None:
        os.close(handle)
    return journal


def _read(file: Path, handle: int) -> FileJournal | None:
    if os.fstat(handle).st_mode & 0o077:
        raise PlaceError(f"{file} can be read by others", f"rm {file}")
    _alone(file, handle)
    try:
        with os.fdopen(os.dup(handle), "rb") as opened:
            text = opened.read()
        # The last line may be cut by a crash: its part was not sent then.
        whole = text.rfind(b"\n") + 1
        if not whole and text[: len(_FIRST)] == _FIRST[: len(text)]:
            # Cut before anything was sent.
            file.unlink(missing_ok=True)
            return None
    except OSError as error:
        raise PlaceError(f"{file}: {error.strerror}") from None
    try:
        said = [json.loads(line) for line in text[:whole].splitlines()]
        first = said[0]
        if first["schema"] != SCHEMA:
            raise ValueError
        begun = Begun(
            key=first["key"],
            id=first["id"],
            recipients=tuple(first["recipients"]),
            size=int(first["size"]),
            header=base64.b64decode(first["header"]),
            file_key=Secret(base64.b64decode(first["file_key"])),
            nonce=base64.b64decode(first["nonce"]),
        )
        found = FileJournal(file, handle, begun, said[1:])
        # What is added would be read as part of a cut line.
        os.ftruncate(handle, whole)
        return found
    except OSError as error:
        raise PlaceError(f"{file}: {error.strerror}") from None
    except (ValueError, KeyError, IndexError, TypeError):
        # Without its cause, whose frames hold the key.
        raise PlaceError(f"{file}: not a transfer of {SCHEMA}", f"rm {file}") from None


def _alone(file: Path, handle: int) -> None:
    """Two runs at once could send two texts under one key and nonce.

    Raises:
        PlaceError: another run is at it.
    """
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        raise PlaceError(f"{file}: another run is at this transfer") from None
    except OSError as error:
        raise PlaceError(f"{file}: {error.strerror}") from None


def _append(file: Path, handle: int, note: dict[str, Any]) -> None:
    """Add a line; it is on the disk when this returns.

    Raises:
        PlaceError: it cannot be written; half of a line is none in the next run.
    """
    left = memoryview(json.dumps(note).encode() + b"\n")
    try:
        while left:
            left = left[os.write(handle, left) :]
        os.fsync(handle)
    except OSError as error:
        raise PlaceError(f"{file}: {error.strerror}") from None
