"""What a later run has to know of an upload that was cut off: one file per object, mode 0600.

A body can go on only under its own file key and nonce, so these lie in the file: whoever reads it
and has the uploaded parts reads this object. It lies with whoever has the plaintext anyhow, only
where they asked for it, and is removed with the last part. Every part's digest is on the disk
before the part leaves this machine: the same key never encrypts something else.
"""

import base64
import hashlib
import json
import os
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from blueprints.secret import Secret
from tce.seal.errors import PlaceError

SCHEMA = "tutela/transfer/v1"


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

    def __init__(self, path: Path, begun: Begun, notes: list[dict[str, Any]]) -> None:
        self.begun = begun
        self._path = path
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
        _append(self._path, {"upload": upload})
        self._upload = upload

    def digest(self, number: int) -> str | None:
        """What was, or may have been, sent as this part."""
        return self._digests.get(number)

    def sending(self, number: int, digest: str) -> None:
        """Note a part before it is sent."""
        _append(self._path, {"part": number, "sha256": digest})
        self._digests[number] = digest

    def end(self) -> None:
        """Forget it all."""
        self._path.unlink(missing_ok=True)


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
        number = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600)
        os.close(number)
    except OSError as error:
        raise PlaceError(f"{file}: {error.strerror}") from None
    _append(file, first)
    return FileJournal(file, begun, [])


def load(file: Path) -> FileJournal | None:
    """Return what was begun; None where nothing was.

    Raises:
        PlaceError: it is no journal, or others may read it.
    """
    try:
        with file.open("rb") as opened:
            if os.fstat(opened.fileno()).st_mode & 0o077:
                raise PlaceError(f"{file} can be read by others", f"rm {file}")
            lines = opened.read().split(b"\n")
    except FileNotFoundError:
        return None
    except OSError as error:
        raise PlaceError(f"{file}: {error.strerror}") from None
    try:
        # The last line may be cut by a crash: its part was not sent then.
        said = [json.loads(line) for line in lines[:-1]]
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
        return FileJournal(file, begun, said[1:])
    except (ValueError, KeyError, IndexError, TypeError):
        # Without its cause, whose frames hold the key.
        raise PlaceError(f"{file}: not a transfer of {SCHEMA}", f"rm {file}") from None


def _append(file: Path, note: dict[str, Any]) -> None:
    """Add a line; it is on the disk when this returns."""
    number = os.open(file, os.O_WRONLY | os.O_APPEND | os.O_CLOEXEC)
    try:
        os.write(number, json.dumps(note).encode() + b"\n")
        os.fsync(number)
    finally:
        os.close(number)
