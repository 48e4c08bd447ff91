"""Who is writing a staging folder: a lock that dies with its process, and says who it was.

The kernel's lock decides, so a process id that was given to another program cannot mislead.
A file system may keep locks per machine only: a folder of another machine is left alone.
"""

import errno
import fcntl
import json
import os
import platform
from pathlib import Path
from types import TracebackType
from typing import Self

_NO_LOCKS = {errno.ENOLCK, errno.ENOSYS, errno.EOPNOTSUPP, errno.EINVAL}


class HeldError(Exception):
    """A live process, or one on another machine, holds the lock."""


class Lock:
    """`with Lock(path):` holds an exclusive lock; the file is removed at the end.

    Raises:
        HeldError: somebody else holds it.
        OSError: the file cannot be made.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self._file = -1

    def __enter__(self) -> Self:
        while True:
            self._file = os.open(self._path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o644)
            try:
                self._take()
                if self._is_still_there():
                    break
                os.close(self._file)  # its last holder removed it under our hands
            except BaseException:
                os.close(self._file)
                raise
        who = json.dumps({"pid": os.getpid(), "host": platform.node()}).encode()
        os.truncate(self._file, 0)
        os.pwrite(self._file, who, 0)
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._path.unlink(missing_ok=True)
        os.close(self._file)

    def _take(self) -> None:
        host, pid = _said(os.pread(self._file, 4096, 0))
        if host not in (None, platform.node()):
            raise HeldError(f"a process on {host}")
        try:
            fcntl.flock(self._file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            raise HeldError(f"process {pid}" if pid else "another process") from error
        except OSError as error:
            # Without locks the process id is all there is to go by.
            if error.errno not in _NO_LOCKS:
                raise
            if pid and pid != os.getpid() and Path(f"/proc/{pid}").exists():
                raise HeldError(f"process {pid}") from error

    def _is_still_there(self) -> bool:
        try:
            return os.path.samestat(os.stat(self._path), os.fstat(self._file))
        except FileNotFoundError:
            return False


def _said(text: bytes) -> tuple[str | None, int | None]:
    try:
        values = json.loads(text)
        return str(values["host"]), int(values["pid"])
    except (ValueError, KeyError, TypeError):
        return None, None  # its writer died before it could say
