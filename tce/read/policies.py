"""What a policy of the cluster says, whichever kind it is: whom it is about, who may do what.

A set of packets is a list of boxes, each a range for: family, address, protocol, port. The port
of ICMP is its type. Towards pods and nodes only the last two matter.
"""

from dataclasses import dataclass
from typing import TypeAlias

from tce.read.labels import Selector

Range: TypeAlias = tuple[int, int]
TCP, UDP, SCTP, ICMP, ICMP6, OTHER = 6, 17, 132, 1, 58, 255
"""``OTHER`` stands for every protocol that no policy can name."""
PROTOCOLS = {TCP: "tcp", UDP: "udp", SCTP: "sctp", ICMP: "icmp", ICMP6: "icmp6", OTHER: "other"}
TOP = {4: (1 << 32) - 1, 6: (1 << 128) - 1}


@dataclass(frozen=True)
class Ports:
    """Of one protocol a range of ports, or a name that containers give to one."""

    protocol: int
    first: int
    last: int
    name: str | None = None
    """Where it is given, the numbers are not known here."""


ANY_PORT = tuple(
    Ports(one, 0, 255 if one in (ICMP, ICMP6) else 65_535 if one != OTHER else 0)
    for one in PROTOCOLS
)
"""Everything of every protocol: what a rule without ports is about."""


@dataclass(frozen=True)
class Addresses:
    """Of one family, outside of the cluster."""

    family: int
    first: int
    last: int


WORLD = (Addresses(4, 0, TOP[4]), Addresses(6, 0, TOP[6]))


@dataclass(frozen=True)
class Peers:
    """Who is at the other end: whoever is selected, and addresses outside of the cluster."""

    selectors: tuple[Selector, ...] = ()
    addresses: tuple[Addresses, ...] = ()


ANYONE = Peers((Selector(),), WORLD)
NOBODY = Peers()


@dataclass(frozen=True)
class Rule:
    """One entry of a policy, in one direction."""

    file: str
    line: int
    policy: str
    """``namespace/name`` or ``name``, for people."""
    ingress: bool
    deny: bool
    peers: Peers
    ports: tuple[Ports, ...]


@dataclass(frozen=True)
class Policy:
    """All of one policy about one choice of pods or nodes."""

    file: str
    line: int
    name: str
    namespace: str
    """"" for the whole cluster."""
    subject: Selector
    nodes: bool
    """It is about nodes, and about no pod."""
    rules: tuple[Rule, ...]
    denies_ingress: bool
    """Whatever it is about accepts only what some policy allows."""
    denies_egress: bool
