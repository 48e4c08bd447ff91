"""Which packets are sent: at every boundary of what is declared, the witnesses, and random ones.

At random alone a narrow error is hardly ever met (a /28 that became a /24: 4 of 10,000 packets), so
each box is tried at the first and the last value of each of its fields, and one beyond.
"""

import random
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Literal, TypeAlias

from tce.probe.expected import Declared
from tce.probe.reach import Reach, changed
from tce.probe.topology import Topology
from tce.prove.intent import Intent
from tce.space.header import ICMP, ICMP6, SCTP, TCP, UDP, Family, Field, Packet, packet, top

Why: TypeAlias = Literal["random", "boundary", "witness"]
WITH_PORTS = (TCP, UDP, SCTP)
OTHERS = (50, 89, 112)
"""ESP, OSPF, VRRP: what nobody declares."""
_FLAGS = (0, 4, 8, 9, 10, 12, 16, 24, 32, 36, 40, 48, 63)
"""None, each of FIN, SYN, RST and ACK alone, and mixtures."""
_ICMP: dict[Family, tuple[int, ...]] = {
    4: (0, 3, 5, 8, 9, 10, 11, 12, 13, 17),
    6: (1, 2, 3, 4, 128, 129, 130, 133, 134, 135, 136, 137),
}
_SYN, _ACK = 8, 32
_NOWHERE: dict[Family, int] = {4: 11, 6: 0x2001_0DB8}
"""The first bits of addresses in a family that no zone has: 11.0.0.0/8, 2001:db8::/32."""
MOST_KINDS = 500
"""Boxes that are tried with other legs, protocols and flags as well; evenly, of more than that."""


@dataclass(frozen=True)
class Probe:
    """A packet to send."""

    packet: Packet
    host: str
    """Who sends it."""
    why: Why


@dataclass(frozen=True)
class Chosen:
    """Packets of which no two are of one connection."""

    probes: tuple[Probe, ...]
    left_out: dict[str, int]
    """Why some cannot be sent, and how many."""
    step: int = 1
    """Every how manieth box was tried with other legs, protocols and flags as well."""


class Chooser:
    """For one intent and its topology; the same seed chooses the same packets."""

    def __init__(
        self, intent: Intent, topology: Topology, declared: Sequence[Declared], seed: int
    ) -> None:
        """``declared``: what begins something, flow by flow."""
        self._topology, self._declared = topology, declared
        self._reach = Reach(topology)
        self._random = random.Random(seed)  # noqa: S311 - test data, no secret
        self._zones = {
            family: [zone for zone in intent.zones.values() if zone.addresses[family]]
            for family in (4, 6)
        }
        self._step = 1
        self._ports = sorted({one.box[Field.DPORT][0] for one in declared} | {22, 80, 179})

    def choose(
        self, count: int, witnesses: Iterable[Packet] = (), file: Sequence[Declared] = ()
    ) -> Chosen:
        """``count`` random ones, every boundary, every witness.

        ``file``: what the file accepts, as its reader understood it; its own boundaries are sent
        too, which are others than the intent's where it is wrong.
        """
        probes: list[Probe] = []
        left_out: Counter[str] = Counter()
        known: set[tuple[object, ...]] = set()
        for why, given in self._all(count, witnesses, file):
            routed = given if why == "witness" else self._reach.routed(changed(given, STATE=0))
            problem = self._reach.problem(given if why == "witness" else _plain(routed))
            sender = self._reach.sender(routed)
            if problem is not None or sender is None:
                left_out[problem or "nobody sends it"] += 1
                continue
            key = _connection(routed)
            if key in known:
                left_out["another packet of the same connection is sent"] += 1
                continue
            known.add(key)
            probes.append(Probe(routed, sender.name, why))
        return Chosen(tuple(probes), dict(left_out), self._step)

    def _all(
        self, count: int, witnesses: Iterable[Packet], file: Sequence[Declared]
    ) -> Iterator[tuple[Why, Packet]]:
        for one in witnesses:
            yield "witness", one
            if self._reach.problem(one) is not None:
                # What stands next to it and can be sent: it may meet the same rule.
                for flags in (_SYN, _ACK) if one[Field.PROTO] == TCP else (0,):
                    yield "boundary", changed(one, FLAGS=flags, FRAGMENT=0)
        tried = tuple({_edges(one): one for one in (*file, *self._declared)}.values())
        self._step = step = max(1, -(-len(tried) // MOST_KINDS))
        for place, declared in enumerate(tried):
            for one in self._boundaries(declared):
                yield "boundary", one
            if place % step == 0:
                for one in self._kinds(declared):
                    yield "boundary", one
        for _ in range(count):
            yield "random", self._any()

    def _boundaries(self, declared: Declared) -> Iterator[Packet]:
        box = declared.box
        for field in (Field.SRC, Field.DST, Field.DPORT):
            low, high = box[field]
            if field is Field.DPORT and box[Field.PROTO][0] not in WITH_PORTS:
                continue
            for value in {low - 1, low, high, high + 1}:
                if 0 <= value <= top(field, box.family):
                    yield changed(self._within(declared), **{field.name: value})
        for end in (0, 1):
            yield changed(
                self._within(declared),
                **{field.name: box[field][end] for field in (Field.SRC, Field.DST)},
            )
        if box[Field.ICMP] != (0, top(Field.ICMP, box.family)):
            for value in {box[Field.ICMP][0] - 1, *box[Field.ICMP], box[Field.ICMP][1] + 1}:
                if 0 <= value <= top(Field.ICMP, box.family) and box[Field.PROTO][0] in (1, 58):
                    yield changed(self._within(declared), ICMP=value)

    def _kinds(self, declared: Declared) -> Iterator[Packet]:
        """The same ends, from another leg, or with something else between them."""
        for leg in range(1, len(self._topology.legs) + 1):
            yield changed(self._within(declared), IIF=leg)
        family, proto = declared.box.family, declared.box[Field.PROTO][0]
        icmp = ICMP if family == 4 else ICMP6
        for other in (*WITH_PORTS, icmp, *OTHERS):
            if other != proto:
                yield self._spoken(self._within(declared), other)
        if proto == TCP:
            for flags in _FLAGS:
                yield changed(self._within(declared), FLAGS=flags)
        if proto == icmp:
            for kind in _ICMP[family]:
                for code in (0, 1):
                    yield changed(self._within(declared), ICMP=kind << 8 | code)

    def _within(self, declared: Declared) -> Packet:
        box, pick = declared.box, self._random
        values = {field: pick.randint(*box[field]) for field in Field}
        proto = box[Field.PROTO][0]
        values |= {Field.PROTO: proto, Field.STATE: 0, Field.FRAGMENT: 0, Field.OIF: 0}
        if proto not in WITH_PORTS:
            values |= {Field.SPORT: 0, Field.DPORT: 0}
        values[Field.FLAGS] = _SYN if proto == TCP else 0
        if proto not in (ICMP, ICMP6):
            values[Field.ICMP] = 0
        return packet(box.family, **{field.value: value for field, value in values.items()})

    def _any(self) -> Packet:
        """From any zone to any other, near what is declared or far from it."""
        pick = self._random
        if self._declared and pick.random() < 0.5:
            found = self._within(pick.choice(self._declared))
            return self._bent(found) if pick.random() < 0.6 else found
        family: Family = 6 if pick.random() < 0.5 else 4
        if not self._zones[family]:
            return self._nowhere(family)
        source, destination = (pick.choice(self._zones[family]) for _ in range(2))
        found = packet(
            family,
            iif=source.leg,
            src=self._address(source.addresses[family]),
            dst=self._address(destination.addresses[family]),
        )
        protocols = (TCP, TCP, UDP, SCTP, ICMP if family == 4 else ICMP6, pick.choice(OTHERS))
        return self._spoken(found, pick.choice(protocols))

    def _nowhere(self, family: Family) -> Packet:
        """In a family that no zone has: all of it has to be refused."""
        pick = self._random
        block, bits = (_NOWHERE[family], 32 - 8 if family == 4 else 128 - 32)
        found = packet(
            family,
            iif=pick.randint(1, len(self._topology.legs)),
            src=block << bits | pick.getrandbits(bits),
            dst=block << bits | pick.getrandbits(bits),
        )
        icmp = ICMP if family == 4 else ICMP6
        return self._spoken(found, pick.choice((*WITH_PORTS, icmp, *OTHERS)))

    def _bent(self, found: Packet) -> Packet:
        """With one thing changed."""
        pick = self._random
        kind = pick.randrange(5)
        if kind == 0:
            return changed(found, IIF=pick.randint(1, len(self._topology.legs)))
        if kind in (1, 2):
            field = (Field.SRC, Field.DST)[kind - 1]
            bits = 32 if found.family == 4 else 128
            return changed(found, **{field.name: found[field] ^ 1 << pick.randrange(bits)})
        if kind == 3 and found[Field.PROTO] in WITH_PORTS:
            return changed(found, DPORT=found[Field.DPORT] ^ 1 << pick.randrange(16))
        return self._spoken(found, pick.choice(WITH_PORTS))

    def _spoken(self, found: Packet, proto: int) -> Packet:
        """The same ends by another protocol."""
        pick = self._random
        values = {"PROTO": proto, "SPORT": 0, "DPORT": 0, "FLAGS": 0, "ICMP": 0}
        if proto in WITH_PORTS:
            port = pick.choice(self._ports) if pick.random() < 0.5 else pick.randint(1, 65_535)
            values |= {"SPORT": pick.randint(1, 65_535), "DPORT": found[Field.DPORT] or port}
        if proto == TCP:
            values["FLAGS"] = _SYN
        if proto in (ICMP, ICMP6):
            values["ICMP"] = (8 if found.family == 4 else 128) << 8
        return changed(found, **values)

    def _address(self, ranges: Sequence[tuple[int, int]]) -> int:
        low, high = self._random.choice(ranges)
        return self._random.randint(low, high)


def _edges(declared: Declared) -> tuple[object, ...]:
    """What its boundaries are made of."""
    box = declared.box
    fields = (Field.IIF, Field.SRC, Field.DST, Field.PROTO, Field.DPORT, Field.ICMP)
    return (box.family, *(box[field] for field in fields))


def _plain(given: Packet) -> Packet:
    """As if it began a connection: what begins none is sent too, for the filter to refuse."""
    asked = (8 if given.family == 4 else 128) << 8
    return changed(given, FLAGS=_SYN if given[Field.PROTO] == TCP else 0, ICMP=asked, STATE=0)


def _connection(given: Packet) -> tuple[object, ...]:
    """What connection tracking knows it by, the same for both directions."""
    proto = given[Field.PROTO]
    if proto in (ICMP, ICMP6):
        # Its number is in it.
        return (object(),)
    ends = sorted(
        (
            (given[Field.SRC], given[Field.SPORT]),
            (given[Field.DST], given[Field.DPORT]),
        )
    )
    return (given.family, proto, *ends)
