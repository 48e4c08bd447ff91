"""The kernel's own log of packets, and its table of connections, over netlink.

Source: linux/netfilter/nfnetlink_log.h, nfnetlink_conntrack.h, netlink(7).
"""

import errno
import os
import socket
import struct
from collections.abc import Iterator

from tce.probe.errors import ProbeError

_NETFILTER = 12
_REQUEST, _ACK = 1, 4
_ERROR = 2
_CONNTRACK_DELETE = 1 << 8 | 2
_LOG_PACKET, _LOG_CONFIG = 4 << 8, 4 << 8 | 1
_COMMAND, _MODE, _TIMEOUT, _THRESHOLD = 1, 2, 4, 5
_BIND = b"\x01"
_COPY_PACKET = 2
_PAYLOAD = 9
_WHOLE = 2048
"""Bytes of each packet: its number stands at its end."""


class Log:
    """What a ruleset logs to one group (``log group N``), in the network of the moment."""

    def __init__(self, group: int) -> None:
        """Listen; raises ProbeError where the kernel refuses."""
        self.group = group
        self._socket = _connect()
        # More than the default holds is lost; raising it needs rights that may be missing.
        self._socket.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 8 << 20)
        _ask(self._socket, _LOG_CONFIG, group, _attribute(_COMMAND, _BIND))
        mode = struct.pack("!IBB", _WHOLE, _COPY_PACKET, 0)
        soon = _attribute(_TIMEOUT, struct.pack("!I", 1)) + _attribute(
            _THRESHOLD, struct.pack("!I", 16)
        )
        _ask(self._socket, _LOG_CONFIG, group, _attribute(_MODE, mode) + soon)
        self._socket.setblocking(False)

    def fileno(self) -> int:
        """For select."""
        return self._socket.fileno()

    def packets(self) -> Iterator[bytes]:
        """What is there by now; raises ProbeError where the kernel had to throw some away."""
        while True:
            try:
                data = self._socket.recv(1 << 18)
            except BlockingIOError:
                return
            except OSError as error:
                if error.errno != errno.ENOBUFS:
                    raise
                raise ProbeError(
                    "the kernel's log overflowed, so it is no witness", "tutela tce probe DIR again"
                ) from error
            for kind, body in _messages(data):
                if kind == _LOG_PACKET:
                    yield from (value for name, value in _attributes(body[4:]) if name == _PAYLOAD)

    def close(self) -> None:
        """Listen no longer."""
        self._socket.close()


def forget_connections() -> None:
    """Empty the table of connections of the network of the moment."""
    with _connect() as opened:
        _ask(opened, _CONNTRACK_DELETE, 0, b"")


def _connect() -> socket.socket:
    opened = socket.socket(socket.AF_NETLINK, socket.SOCK_RAW | socket.SOCK_CLOEXEC, _NETFILTER)
    opened.bind((0, 0))
    return opened


def _ask(opened: socket.socket, kind: int, resource: int, attributes: bytes) -> None:
    body = struct.pack("!BBH", socket.AF_UNSPEC, 0, resource) + attributes
    head = struct.pack("=IHHII", 16 + len(body), kind, _REQUEST | _ACK, 1, 0)
    opened.send(head + body)
    for said, answer in _messages(opened.recv(1 << 16)):
        number = -struct.unpack("=i", answer[:4])[0] if said == _ERROR else 0
        if number:
            raise ProbeError(f"the kernel's packet filter says: {os.strerror(number)}")


def _messages(data: bytes) -> Iterator[tuple[int, bytes]]:
    while len(data) >= 16:
        size, kind = struct.unpack("=IH", data[:6])
        if size < 16:
            return
        yield kind, data[16:size]
        data = data[size + 3 & ~3 :]


def _attributes(data: bytes) -> Iterator[tuple[int, bytes]]:
    while len(data) >= 4:
        size, name = struct.unpack("=HH", data[:4])
        if size < 4:
            return
        yield name & 0x3FFF, data[4:size]
        data = data[size + 3 & ~3 :]


def _attribute(name: int, value: bytes) -> bytes:
    return struct.pack("=HH", 4 + len(value), name) + value + bytes(-len(value) % 4)
