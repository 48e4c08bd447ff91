"""Names of what environments are made of, as every device that is rendered for can spell them."""

import base64
import binascii
import ipaddress
import re
from typing import Annotated

from pydantic import AfterValidator, Field

from blueprints.kinds.cluster.names import Address as AnyAddress
from blueprints.parts.names import NOT_NAMES, FreeText, free, whole


def _no_word(text: str) -> str:
    if text in NOT_NAMES:
        raise ValueError(f"{text} is a word of YAML or HCL, not a name")
    return text


EnvironmentName = Annotated[
    str,
    whole(r"[a-z][a-z0-9]*", 12, "lower-case letters and digits, from a letter"),
    AfterValidator(_no_word),
]
"""Names of ACLs, tables, bridges and interfaces are made from it: Linux allows 15 characters."""
FlowName = Annotated[
    str, whole(r"[a-z]([a-z0-9-]*[a-z0-9])?", 40, "lower-case letters, digits and -, from a letter")
]
Leg = Annotated[str, whole(r"[a-z][a-z0-9]{0,14}", 15, "an interface such as wg0")]
"""An interface of the gateway."""


def _tag(number: int) -> int:
    if number in (0, 4095):
        raise ValueError(f"{number} is reserved (IEEE 802.1Q); take one from 2 to 4094")
    if number == 1:
        raise ValueError("1 is every switch's default, untagged too; take one from 2 to 4094")
    if not 0 < number < 4095:
        raise ValueError(f"{number} is no VLAN; take one from 2 to 4094")
    return number


Tag = Annotated[int, Field(strict=True), AfterValidator(_tag)]
"""A VLAN (802.1Q)."""


def _access(text: str) -> str:
    if text != "L2VlanNetwork":
        raise ValueError(
            "has to be L2VlanNetwork: a trunk (L2VlanTrunkNetwork) would hand every VLAN of the "
            "provider to the machines, and an untagged network is the hosts' own"
        )
    return text


NetworkType = Annotated[str, AfterValidator(_access)]
_NOT_HOSTS = tuple(
    (ipaddress.ip_network(one), what)
    for one, what in (
        ("0.0.0.0/8", "this network"),
        ("127.0.0.0/8", "loopback"),
        ("169.254.0.0/16", "link-local"),
        ("224.0.0.0/3", "multicast and what is reserved"),
        ("::/8", "loopback, and IPv4 within IPv6"),
        ("fe80::/10", "link-local"),
        ("ff00::/8", "multicast"),
    )
)
"""RFC 6890, RFC 5771, RFC 4291."""
_MAPPED = ipaddress.IPv6Network("::ffff:0:0/96")


def _network(text: str) -> str:
    try:
        if "%" in text:
            raise ValueError("the zone of an address means something on one host only")
        network = ipaddress.ip_network(text, strict=False)
    except ValueError:
        raise ValueError("has to be a network such as 192.0.2.0/24 or 2001:db8::/32") from None
    if not network.prefixlen:
        raise ValueError("would be the whole world; name the networks that are meant")
    if ipaddress.ip_interface(text).ip != network.network_address:
        single = ipaddress.ip_network(ipaddress.ip_interface(text).ip)
        raise ValueError(f"has bits set behind its prefix; say {network}, or {single}")
    _ordinary(network)
    return str(network)


def _ordinary(network: ipaddress.IPv4Network | ipaddress.IPv6Network) -> None:
    """Raise for what no host has as its own address."""
    if isinstance(network, ipaddress.IPv6Network) and network.overlaps(_MAPPED):
        inner = ipaddress.ip_address(int(network.network_address) & 0xFFFFFFFF)
        raise ValueError(
            f"is IPv4 written as IPv6 (::ffff:0:0/96), which no filter sees as such; say {inner}"
        )
    for taken, what in _NOT_HOSTS:
        if network.version == taken.version and network.overlaps(taken):
            raise ValueError(f"holds {taken}, {what}: no host has that as its own address")


Network = Annotated[str, AfterValidator(_network)]
"""Addresses of hosts: not /0, no bits behind the prefix, not IPv4 written as IPv6."""


def _address(text: str) -> str:
    _ordinary(ipaddress.ip_network(text))
    return text


Address = Annotated[AnyAddress, AfterValidator(_address)]


def _line(text: str) -> str:
    if "\n" in text or "\t" in text:
        raise ValueError("has to be one line: it becomes a comment on devices")
    if not any(one.isalnum() for one in text):
        raise ValueError("says nothing")
    return text


Line = Annotated[FreeText, AfterValidator(_line)]
"""What people call things, where devices repeat it."""
_PORTS = re.compile("([1-9][0-9]{0,4})(?:-([1-9][0-9]{0,4}))?")


def port_range(said: int | str) -> tuple[int, int]:
    """A port, or ``first-last``; raises ValueError for what is no range of ports."""
    found = _PORTS.fullmatch(str(said))
    if found is None:
        raise ValueError("has to be a port from 1 to 65535, or a range such as 5000-5010")
    first = int(found[1])
    last = int(found[2] or first)
    if last > 65_535:
        raise ValueError(f"{last} is no port: the highest is 65535")
    if first > last:
        raise ValueError(f"goes from {first} down to {last}")
    return first, last


def _ports(said: int | str) -> str:
    first, last = port_range(said)
    return str(first) if first == last else f"{first}-{last}"


Ports = Annotated[Annotated[int, Field(strict=True)] | str, AfterValidator(_ports)]


def _wireguard(text: str) -> str:
    try:
        key = base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError):
        key = b""
    if len(key) != 32 or base64.b64encode(key).decode() != text:
        raise ValueError("has to be a WireGuard public key: 32 bytes in base64, as wg pubkey says")
    return text


PublicKey = Annotated[str, AfterValidator(_wireguard)]
Fingerprint = Annotated[
    str, whole(r"[0-9A-F]{40}", 40, "a GPG fingerprint: 40 hexadecimal digits in upper case")
]
Thumbprint = Annotated[
    str, whole(r"[A-Za-z0-9_-]{43}", 43, "a JWK thumbprint with SHA-256, as tang-show-keys says")
]
TangUrl = Annotated[
    str, whole(r"http://[a-z0-9.-]+(:[0-9]{1,5})?", 200, "an address such as http://tang1:7500")
]
"""Tang needs no TLS: what it says is signed, and what it is asked is blinded."""

_BLOCK = re.compile(
    "-----BEGIN CERTIFICATE-----\n([A-Za-z0-9+/=\n]+)\n-----END CERTIFICATE-----\n", re.ASCII
)


def _certificates(text: str) -> str:
    """Nothing but certificates: a private key pasted with them would be in Git for ever."""
    said = text.strip() + "\n"
    blocks = _BLOCK.findall(said)
    try:
        data = [base64.b64decode(one.replace("\n", ""), validate=True) for one in blocks]
    except binascii.Error:
        data = []
    if not data or _BLOCK.sub("", said).strip() or any(one[:1] != b"0" for one in data):
        raise ValueError(
            "has to be certificates in PEM, and nothing else: -----BEGIN CERTIFICATE-----"
        )
    return said


Certificates = Annotated[str, Field(max_length=20_000), AfterValidator(_certificates)]
"""Of authorities; public."""
Variable = Annotated[
    str, whole(r"[A-Za-z_][A-Za-z0-9_]*", 100, "the name of an environment variable")
]
SecretKey = Annotated[
    str,
    whole(
        r"([A-Za-z0-9][A-Za-z0-9_.-]*/)+[A-Za-z0-9][A-Za-z0-9_.-]*",
        200,
        "a path in the secret store and a key, such as vllm/api_key",
    ),
]
"""Where a secret lies below its namespace; never the secret."""
Text = Annotated[str, Field(min_length=1, max_length=50_000), AfterValidator(free)]
"""The content of a small file."""
