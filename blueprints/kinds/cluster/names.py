"""Names of what clusters are made of; what a type lets through needs no quoting anywhere.

Sources: IEEE 802.1Q for VLANs, Rancher's and Harvester's ``namespace/name``, vSphere's inventory
paths, RKE2's release tags, SemVer 2.0 for charts.
"""

import ipaddress
import re
from typing import Annotated

from pydantic import AfterValidator, Field

from blueprints.parts.names import ShortName, whole

POOL_LABEL = "tutela/pool"
"""Label of every node: the pool that it is of."""

Vlan = Annotated[int, Field(strict=True, ge=1, le=4094)]
"""0 and 4095 are reserved."""
ClusterName = Annotated[
    ShortName,
    whole(r"[a-z0-9-]+", 20, "a name that leaves room for its environment and its pools"),
]
Rke2Version = Annotated[
    str,
    whole(
        r"v1\.(2[5-9]|[3-9][0-9])\.[0-9]{1,2}\+rke2r[1-9][0-9]?",
        30,
        "a release such as v1.33.5+rke2r1",
    ),
]
ChartVersion = Annotated[
    str,
    whole(
        r"v?(0|[1-9][0-9]*)\.(0|[1-9][0-9]*)\.(0|[1-9][0-9]*)(-[0-9A-Za-z-]+(\.[0-9A-Za-z-]+)*)?",
        40,
        "one version of a chart such as 0.15.2",
    ),
]
"""Never a range: what runs is what was tested."""
HarvesterName = Annotated[
    str,
    whole(r"[a-z0-9]([a-z0-9-]*[a-z0-9])?/[a-z0-9]([a-z0-9.-]*[a-z0-9])?", 127, "namespace/name"),
]
_INVENTORY = r"[A-Za-z0-9]([A-Za-z0-9 _.-]*[A-Za-z0-9_-])?"
VspherePath = Annotated[
    str,
    whole(
        rf"/?{_INVENTORY}(/{_INVENTORY})*",
        200,
        "an inventory path such as /Centre/vm/kubernetes",
    ),
]
NodeName = Annotated[
    str,
    whole(
        r"[a-z0-9]([a-z0-9-]*[a-z0-9])?(\.[a-z0-9]([a-z0-9-]*[a-z0-9])?)*",
        63,
        "a host name in lower case",
    ),
]
Interface = Annotated[str, whole(r"[a-z][a-z0-9.]{0,14}", 15, "a network interface such as hsn0")]
Device = Annotated[
    str,
    whole(r"/dev/[a-z0-9]+(/[A-Za-z0-9][A-Za-z0-9_.:-]*)*", 120, "a device such as /dev/nvme0n1"),
]
MacAddress = Annotated[
    str, whole(r"([0-9a-f]{2}:){5}[0-9a-f]{2}", 17, "a MAC address such as 02:00:00:00:00:01")
]


def _address(text: str) -> str:
    try:
        if "%" in text:
            raise ValueError("the zone of an address means something on one host only")
        return str(ipaddress.ip_address(text))
    except ValueError:
        raise ValueError("has to be an address such as 192.0.2.10 or 2001:db8::10") from None


Address = Annotated[str, AfterValidator(_address)]


def _endpoint(text: str) -> str:
    host, _, port = text.rpartition(":")
    bare = host.removeprefix("[").removesuffix("]")
    try:
        address = _address(bare)
        shown = f"[{address}]" if ":" in address else address
        if (host != bare) != (":" in address) or not _PORT.fullmatch(port) or int(port) > 65_535:
            raise ValueError("is no port")
    except ValueError:
        raise ValueError(
            "has to be an address and a port such as 192.0.2.5:6789 or [2001:db8::5]:6789"
        ) from None
    return f"{shown}:{port}"


_PORT = re.compile("[1-9][0-9]{0,4}")
Endpoint = Annotated[str, AfterValidator(_endpoint)]


def _range(text: str) -> str:
    first, dash, last = text.partition("-")
    try:
        if "%" in text:
            raise ValueError("the zone of an address means something on one host only")
        if not dash:
            return str(ipaddress.ip_network(text))
        low, high = ipaddress.ip_address(first), ipaddress.ip_address(last)
    except ValueError:
        raise ValueError(
            "has to be a range such as 192.0.2.10-192.0.2.20 or 192.0.2.16/28"
        ) from None
    if low.version != high.version or int(low) > int(high):
        raise ValueError("has to go from a lower address to a higher one")
    return f"{low}-{high}"


AddressRange = Annotated[str, AfterValidator(_range)]
