"""Headers as points, and sets of them as boxes: one range of whole numbers for each field.

Every filter that is modelled says what it does in these fields and in no others; what it says in
any other terms is not modelled, and its reader refuses the file.
"""

import ipaddress
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Literal, TypeAlias

Family: TypeAlias = Literal[4, 6]
FAMILIES: tuple[Family, ...] = (4, 6)
Range: TypeAlias = tuple[int, int]
"""From the first to the last, both in it."""


class Field(StrEnum):
    """One coordinate of a packet."""

    IIF = "iif"
    """The leg that it comes in by: its place in the list of legs, from 1; 0 is any other."""
    OIF = "oif"
    """The leg that it goes out by, as `iif`; 0 also where the device does not route it on."""
    SRC = "src"
    DST = "dst"
    PROTO = "proto"
    """Of IPv4, or the upper-layer protocol of IPv6."""
    SPORT = "sport"
    """0 where the protocol has no ports."""
    DPORT = "dport"
    ICMP = "icmp"
    """``type * 256 + code`` of ICMP and ICMPv6; 0 otherwise."""
    FLAGS = "flags"
    """Of TCP, in the order of :data:`FLAGS`; 0 otherwise."""
    FRAGMENT = "fragment"
    """1 for a fragment that is not the first: it has no ports to look at."""
    STATE = "state"
    """Place in :data:`STATES`; what connection tracking says of it."""


FIELDS: tuple[Field, ...] = tuple(Field)
FLAGS = ("ack", "rst", "syn", "fin", "psh", "urg")
"""From the highest bit to the lowest, so that "ACK or RST" is the one range 16..63."""
STATES = ("new", "established", "related", "invalid", "untracked")
TCP, UDP, SCTP, ICMP, ICMP6 = 6, 17, 132, 1, 58
PROTOCOLS: Mapping[str, int] = {"tcp": TCP, "udp": UDP, "sctp": SCTP, "icmp": ICMP, "icmp6": ICMP6}
_WIDTHS = {
    Field.IIF: 8,
    Field.OIF: 8,
    Field.PROTO: 8,
    Field.SPORT: 16,
    Field.DPORT: 16,
    Field.ICMP: 16,
    Field.FLAGS: 6,
    Field.FRAGMENT: 1,
    Field.STATE: 3,
}


def width(field: Field, family: Family) -> int:
    """Bits of a field."""
    if field in (Field.SRC, Field.DST):
        return 32 if family == 4 else 128
    return _WIDTHS[field]


def top(field: Field, family: Family) -> int:
    """The largest value of a field."""
    return len(STATES) - 1 if field is Field.STATE else (1 << width(field, family)) - 1


@dataclass(frozen=True)
class Box:
    """All packets whose every field lies in its range."""

    family: Family
    ranges: tuple[Range, ...]
    """One for each of :data:`FIELDS`, in their order."""

    def __getitem__(self, field: Field) -> Range:
        return self.ranges[FIELDS.index(field)]

    def __contains__(self, packet: "Packet") -> bool:
        return packet.family == self.family and all(
            low <= value <= high
            for (low, high), value in zip(self.ranges, packet.values, strict=True)
        )

    def meet(self, other: "Box") -> "Box | None":
        """What both hold; None where that is nothing."""
        found = tuple(
            (max(a, c), min(b, d)) for (a, b), (c, d) in zip(self.ranges, other.ranges, strict=True)
        )
        if self.family != other.family or any(low > high for low, high in found):
            return None
        return Box(self.family, found)


def box(family: Family, **ranges: Range | int) -> Box:
    """A box by the names of its fields; what is not named is any."""
    known = {Field(name): value for name, value in ranges.items()}
    found: list[Range] = []
    for field in FIELDS:
        value = known.get(field, (0, top(field, family)))
        low, high = (value, value) if isinstance(value, int) else value
        if not 0 <= low <= high <= top(field, family):
            raise ValueError(f"{field} cannot be {low}..{high}")
        found.append((low, high))
    return Box(family, tuple(found))


@dataclass(frozen=True)
class Packet:
    """One packet: a value for each field."""

    family: Family
    values: tuple[int, ...]
    """One for each of :data:`FIELDS`, in their order."""

    def __getitem__(self, field: Field) -> int:
        return self.values[FIELDS.index(field)]

    def __str__(self) -> str:
        """``tcp 10.1.2.3:40000 > 10.9.0.5:443``, and what else it is."""
        names = {number: name for name, number in PROTOCOLS.items()}
        proto = self[Field.PROTO]
        ends = [self._end(Field.SRC, Field.SPORT), self._end(Field.DST, Field.DPORT)]
        return " ".join([names.get(proto, f"protocol {proto}"), " > ".join(ends), *self._remarks()])

    def _end(self, address: Field, port: Field) -> str:
        kind = ipaddress.IPv4Address if self.family == 4 else ipaddress.IPv6Address
        text = str(kind(self[address]))
        if self[Field.PROTO] not in (TCP, UDP, SCTP) or self[Field.FRAGMENT]:
            return text
        return f"{text}:{self[port]}" if self.family == 4 else f"[{text}]:{self[port]}"

    def _remarks(self) -> Iterator[str]:
        if self[Field.PROTO] in (ICMP, ICMP6):
            kind, code = divmod(self[Field.ICMP], 256)
            yield f"type {kind}" + (f" code {code}" if code else "")
        if self[Field.PROTO] == TCP and not self[Field.FRAGMENT]:
            bits = zip(FLAGS, f"{self[Field.FLAGS]:06b}", strict=True)
            yield f"flags {','.join(name for name, bit in bits if bit == '1') or 'none'}"
        if self[Field.FRAGMENT]:
            yield "later fragment"
        if self[Field.STATE]:
            yield STATES[self[Field.STATE]]


def packet(family: Family, **values: int) -> Packet:
    """A packet by the names of its fields; what is not named is 0."""
    known = {Field(name): value for name, value in values.items()}
    for field, value in known.items():
        if not 0 <= value <= top(field, family):
            raise ValueError(f"{field} cannot be {value}")
    return Packet(family, tuple(known.get(field, 0) for field in FIELDS))
