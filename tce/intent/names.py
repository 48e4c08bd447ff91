"""Names of what environments are made of, as every device that is rendered for can spell them."""

import base64
import binascii
import re
from typing import Annotated

from pydantic import AfterValidator, Field

from blueprints.parts.names import ShortName, whole

EnvironmentName = Annotated[
    ShortName,
    whole(r"[a-z][a-z0-9]*", 12, "letters and digits, from a letter"),
]
"""Names of ACLs, tables, bridges and interfaces are made from it: Linux allows 15 characters."""
FlowName = Annotated[
    str, whole(r"[a-z]([a-z0-9-]*[a-z0-9])?", 40, "lower-case letters, digits and -, from a letter")
]
Leg = Annotated[str, whole(r"[a-z][a-z0-9]{0,14}", 15, "an interface such as wg0")]
"""An interface of the gateway."""
Tag = Annotated[int, Field(strict=True, ge=2, le=4094)]
"""A VLAN. 0 and 4095 are reserved (IEEE 802.1Q), 1 is every switch's untagged default."""
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
