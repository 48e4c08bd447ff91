"""Reads a tunnel's configuration, as ``wg-quick`` does.

Sources: wg(8) and wg-quick(8): keys in any case, ``#`` begins a comment, lists by comma or by
the key again. A command is read if it is the one that sets the private key from a file; every
other, and every key that is a secret, is refused.
"""

import base64
import binascii
import ipaddress
import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from tce.space.errors import NotModelledError

_OURS = re.compile(r"wg set (%i|[a-z0-9-]+) private-key /[A-Za-z0-9._/-]+")
_SECRET = ("privatekey", "presharedkey")


@dataclass(frozen=True)
class Peer:
    """One end that it speaks to."""

    line: int
    public_key: str
    endpoint: tuple[str, int] | None
    """Address and port."""
    allowed: tuple[tuple[int, ipaddress.IPv4Network | ipaddress.IPv6Network], ...]
    """With their lines; whatever comes from it has such an address, and such go to it."""


@dataclass(frozen=True)
class Tunnel:
    """One interface."""

    line: int
    addresses: tuple[str, ...]
    port: int | None
    key_from_file: bool
    peers: tuple[Peer, ...] = field(default_factory=tuple)


def read(text: str, file: str) -> Tunnel:
    """The whole file; raises NotModelledError."""
    sections = list(_sections(text, file))
    interfaces = [one for one in sections if one[1] == "interface"]
    if len(interfaces) != 1:
        raise NotModelledError(f"{file}:1: {len(interfaces)} sections [Interface]: not modelled")
    line, _, said = interfaces[0]
    addresses: list[str] = []
    port: int | None = None
    from_file = False
    for at, key, value in said:
        if key == "address":
            addresses.extend(str(_network(file, at, one)) for one in _many(value))
        elif key == "listenport":
            port = _number(file, at, value, 65_535)
        elif key == "postup" and _OURS.fullmatch(value):
            from_file = True
        elif key == "mtu":
            _number(file, at, value, 65_535)
        else:
            raise _refused(file, at, key)
    peers = tuple(_peer(file, at, keys) for at, name, keys in sections if name == "peer")
    return Tunnel(line, tuple(addresses), port, from_file, peers)


def _peer(file: str, line: int, said: list[tuple[int, str, str]]) -> Peer:
    key: str | None = None
    endpoint: tuple[str, int] | None = None
    allowed: list[tuple[int, ipaddress.IPv4Network | ipaddress.IPv6Network]] = []
    for at, name, value in said:
        if name == "publickey" and key is None:
            key = _key(file, at, value)
        elif name == "allowedips":
            allowed.extend((at, _network(file, at, one)) for one in _many(value))
        elif name == "endpoint" and endpoint is None:
            endpoint = _endpoint(file, at, value)
        elif name == "persistentkeepalive":
            _number(file, at, value, 65_535)
        else:
            raise _refused(file, at, name)
    if key is None:
        raise NotModelledError(f"{file}:{line}: a peer without key: not modelled")
    return Peer(line, key, endpoint, tuple(allowed))


def _sections(text: str, file: str) -> Iterator[tuple[int, str, list[tuple[int, str, str]]]]:
    found: list[tuple[int, str, list[tuple[int, str, str]]]] = []
    for at, raw in enumerate(text.splitlines(), 1):
        line = raw.partition("#")[0].strip()
        if not line:
            continue
        section = re.fullmatch(r"\[(interface|peer)\]", line.lower())
        if section is not None:
            found.append((at, section[1], []))
            continue
        key, sign, value = line.partition("=")
        if not sign or not found:
            raise NotModelledError(f"{file}:{at}: neither a section nor a key: not modelled")
        found[-1][2].append((at, key.strip().lower(), value.strip()))
    yield from found


def _refused(file: str, line: int, key: str) -> NotModelledError:
    if key in _SECRET:
        return NotModelledError(f"{file}:{line}: {key}, a secret in the repository: not modelled")
    return NotModelledError(f"{file}:{line}: {key}: not modelled")


def _many(value: str) -> list[str]:
    return [one.strip() for one in value.split(",")]


def _number(file: str, line: int, value: str, most: int) -> int:
    if not value.isdigit() or not 0 < int(value) <= most:
        raise NotModelledError(f"{file}:{line}: {value} is no number: not modelled")
    return int(value)


def _network(file: str, line: int, value: str) -> ipaddress.IPv4Network | ipaddress.IPv6Network:
    try:
        return ipaddress.ip_network(value)
    except ValueError as error:
        raise NotModelledError(f"{file}:{line}: {error}: not modelled") from error


def _endpoint(file: str, line: int, value: str) -> tuple[str, int]:
    host, _, port = value.rpartition(":")
    address = host.removeprefix("[").removesuffix("]")
    try:
        return str(ipaddress.ip_address(address)), _number(file, line, port, 65_535)
    except ValueError as error:
        raise NotModelledError(f"{file}:{line}: {error}: not modelled") from error


def _key(file: str, line: int, value: str) -> str:
    try:
        if len(base64.b64decode(value, validate=True)) == 32:
            return value
    except (binascii.Error, ValueError):
        pass
    raise NotModelledError(f"{file}:{line}: no public key: not modelled")
