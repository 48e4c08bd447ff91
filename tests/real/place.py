"""Where a writer works: names of folders and hosts end up inside the files that libraries write."""

import contextlib
import socket
from collections.abc import Iterator
from pathlib import Path


@contextlib.contextmanager
def inside(folder: Path) -> Iterator[None]:
    """Work inside `folder`, made if need be, as host `node001`."""
    real = socket.gethostname
    folder.mkdir(parents=True, exist_ok=True)
    socket.gethostname = lambda: "node001"
    try:
        with contextlib.chdir(folder):
            yield
    finally:
        socket.gethostname = real
