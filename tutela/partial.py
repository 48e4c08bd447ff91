"""What a later run has to know of a large object whose upload was cut off: one file for each.

Nothing in it is a secret: where the object goes, the upload's id, the digests of its parts. It is
removed with the last part.
"""

import fcntl
import hashlib
import json
import os
from pathlib import Path
from typing import Any

from blueprints.supply.place import PlaceError


class Partial:
    """Implements `governance.store.multipart.Journal`; each line of the file is one fact.

    What lies there of another size, or cannot be read, is begun anew.

    Raises:
        PlaceError: the folder cannot be written; another run sends the same object.
    """

    def __init__(self, folder: Path, uri: str, size: int) -> None:
        self.file = folder / f"{hashlib.sha256(uri.encode()).hexdigest()[:32]}.partial"
        self._first = {"object": uri, "bytes": size}
        self._upload: str | None = None
        self._digests: dict[int, str] = {}
        try:
            folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            flags = os.O_RDWR | os.O_APPEND | os.O_CREAT | os.O_CLOEXEC | os.O_NOFOLLOW
            self._handle = os.open(self.file, flags, 0o600)
        except OSError as error:
            raise PlaceError(f"{self.file}: {error.strerror}") from error
        try:
            fcntl.flock(self._handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            os.close(self._handle)
            raise PlaceError(f"another run sends {uri}") from error
        if not self._read():
            os.ftruncate(self._handle, 0)
            self._upload, self._digests = None, {}
            self._append(self._first)

    def _read(self) -> bool:
        text = self.file.read_bytes()
        # The last line may be cut by a crash: its part was not sent then.
        whole = text.rfind(b"\n") + 1
        try:
            first, *notes = [json.loads(line) for line in text[:whole].splitlines()]
            for note in notes:
                if "upload" in note:
                    self._upload = str(note["upload"])
                else:
                    self._digests[int(note["part"])] = str(note["sha256"])
        except (ValueError, TypeError, KeyError):
            return False
        os.ftruncate(self._handle, whole)
        return bool(first == self._first)

    def upload(self) -> str | None:
        """The upload that was begun."""
        return self._upload

    def begin(self, upload: str) -> None:
        """Note it."""
        self._append({"upload": upload})
        self._upload = upload

    def digest(self, number: int) -> str | None:
        """What was, or may have been, sent as this part."""
        return self._digests.get(number)

    def sending(self, number: int, digest: str) -> None:
        """Note a part before it is sent."""
        self._append({"part": number, "sha256": digest})
        self._digests[number] = digest

    def _append(self, note: dict[str, Any]) -> None:
        try:
            os.write(self._handle, json.dumps(note).encode() + b"\n")
            os.fsync(self._handle)
        except OSError as error:
            raise PlaceError(f"{self.file}: {error.strerror}") from error

    def end(self) -> None:
        """Forget it all."""
        self.file.unlink(missing_ok=True)
        self.close()

    def close(self) -> None:
        """Let a later run go on."""
        if self._handle >= 0:
            os.close(self._handle)
            self._handle = -1
