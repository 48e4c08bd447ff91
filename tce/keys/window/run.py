"""`tutela tce keys window serve`: the gate, until it is stopped."""

import signal
import threading
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from tce.keys.errors import CustodyError
from tce.keys.orders.officers import Officers
from tce.keys.window.gate import Gate, serve


@dataclass(frozen=True)
class Stopped:
    """It was told to end."""

    listen: str

    def __str__(self) -> str:
        return f"no longer before Tang at {self.listen}"

    def as_json(self) -> dict[str, object]:
        """For programs."""
        return {"stopped": self.listen}


def run(
    folder: Path,
    officers: Callable[[], Officers],
    now: Callable[[], datetime],
    listen: str,
    tang: str,
    progress: Callable[[str], None],
) -> Stopped:
    """Serve until SIGTERM or SIGINT.

    Raises:
        CustodyError: an address is none, nothing can listen there, the folder cannot be written.
        ExpectedError: the specification names no officers that could approve.
    """
    officers()
    try:
        gate = Gate(folder, officers, now)
    except OSError as error:
        raise CustodyError(f"{folder}: {error.strerror}") from error
    server = serve(gate, place(listen), place(tang))
    # `shutdown` waits for the loop to end: not from the thread that the loop runs in.
    stopper = threading.Thread(target=server.shutdown)

    def stop(*_: object) -> None:
        if stopper.ident is None:
            stopper.start()

    before = {one: signal.signal(one, stop) for one in (signal.SIGTERM, signal.SIGINT)}
    progress(f"before Tang at {listen}: closed until a window is opened")
    try:
        server.serve_forever(poll_interval=0.2)
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
        server.server_close()
    return Stopped(listen)


def place(text: str) -> tuple[str, int]:
    """Return address and port of ``ADDRESS:PORT``, ``[ADDRESS]:PORT``.

    Raises:
        CustodyError: it is neither.
    """
    address, _, port = text.rpartition(":")
    if not (port.isascii() and port.isdigit() and int(port) < 65536) or not address:
        raise CustodyError(f"{text} is no address with a port such as 127.0.0.1:7500")
    return address.removeprefix("[").removesuffix("]"), int(port)
