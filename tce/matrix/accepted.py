"""What the perimeter lets begin, read from its file: between zones, and to the gateway itself.

Rules that drop are taken off rules that accept behind them, so that what is named is accepted; a
rule that would fall into too many parts is named whole.
"""

from bisect import bisect_right
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from itertools import islice

from tce.explain.scene import Scene
from tce.matrix.boxes import Index, changed, kinds, minus
from tce.prove.clause import Clause
from tce.prove.intent import Intent
from tce.space.filter import Filter
from tce.space.header import PROTOCOLS, Box, Family, Field, Packet, Range, box, top

GATEWAY = "gateway"
ELSEWHERE = "elsewhere"
"""Addresses that no zone behind the leg has: nobody's, or somebody's who lies elsewhere."""
_MOST_PARTS = 500
_NAMES = {number: name for name, number in PROTOCOLS.items()}


@dataclass(frozen=True)
class Accepted:
    """One thing that may begin."""

    source: str
    destination: str
    """A zone, :data:`GATEWAY` or :data:`ELSEWHERE`, as `source` may be too."""
    what: str
    """``tcp 443``, ``udp 5000-5010``, ``icmp echo request``."""
    families: tuple[int, ...]
    flow: str | None
    """What declares it; None: nothing does."""
    at: tuple[str, ...]
    """``file:line`` of the rules that accept it."""
    witness: str | None = None
    """A packet of it that is not declared."""


def accepted(scene: Scene) -> tuple[Accepted, ...]:
    """All of it, in the order of zones; the same in both families is said once."""
    found: dict[tuple[str, str, str, str | None], Accepted] = {}
    for one in _every(scene):
        key = (one.source, one.destination, one.what, one.flow)
        before = found.get(key)
        if before is not None:
            one = replace(
                before,
                families=tuple(sorted({*before.families, *one.families})),
                at=tuple(dict.fromkeys((*before.at, *one.at))),
            )
        found[key] = one
    places = {name: place for place, name in enumerate((*scene.intent.zones, ELSEWHERE, GATEWAY))}
    return tuple(
        sorted(
            found.values(),
            key=lambda one: (places[one.source], places[one.destination], one.flow or "", one.what),
        )
    )


def _every(scene: Scene) -> Iterator[Accepted]:
    for filter_ in scene.devices[0].filters:
        where = _Places(scene.intent, filter_.family)
        wanted = scene.expected(filter_.point, filter_.family).may
        index = Index([one.box for one in wanted])
        for line, whole in _begun(filter_):
            near = [wanted[place] for place in index.meeting(whole)]
            for source, destination, part in where.split(filter_, whole):
                its = [one for one in near if part.meet(one.box)]
                yield from _named(filter_, line, source, destination, part, its)


def _begun(filter_: Filter) -> Iterator[tuple[int, Box]]:
    """What rules accept of packets that begin something, each with its line."""
    new = box(filter_.family, state=0)
    dropped: list[Box] = []
    for rule in filter_.rules:
        for one in rule.boxes:
            both = one.meet(new)
            if both is None:
                continue
            if rule.action == "drop":
                dropped.append(both)
            else:
                yield from ((rule.line, part) for part in _left(both, dropped))
    if filter_.default == "accept":
        yield from ((filter_.default_line, part) for part in _left(new, dropped))


def _left(whole: Box, dropped: Iterable[Box]) -> Iterator[Box]:
    for kind in kinds(whole):
        left = minus(kind, dropped, _MOST_PARTS)
        yield from [kind] if left is None else left


class _Places:
    """Every address at every leg: of which zone that lies there, or of none."""

    def __init__(self, intent: Intent, family: Family) -> None:
        self._runs = {
            leg: list(_filled(intent, leg, family)) for leg in range(1, len(intent.legs) + 1)
        }
        self._starts = {leg: [one[0][0] for one in runs] for leg, runs in self._runs.items()}

    def split(self, filter_: Filter, whole: Box) -> Iterator[tuple[str, str, Box]]:
        """From where to where each part of a box goes; what stays behind a leg goes nowhere."""
        for leg, source, src in self._of(whole[Field.IIF], whole[Field.SRC]):
            if filter_.point == "input":
                ranges = {Field.IIF: (leg, leg), Field.SRC: src}
                yield source, GATEWAY, changed(whole, ranges)
                continue
            for other, destination, dst in self._of(whole[Field.OIF], whole[Field.DST]):
                if leg != other:
                    ranges = {
                        Field.IIF: (leg, leg),
                        Field.OIF: (other, other),
                        Field.SRC: src,
                        Field.DST: dst,
                    }
                    yield source, destination, changed(whole, ranges)

    def _of(self, legs: Range, addresses: Range) -> Iterator[tuple[int, str, Range]]:
        for leg, runs in self._runs.items():
            if legs[0] <= leg <= legs[1]:
                first = bisect_right(self._starts[leg], addresses[0]) - 1
                last = bisect_right(self._starts[leg], addresses[1])
                for (low, high), name in islice(runs, first, last):
                    yield leg, name, (max(low, addresses[0]), min(high, addresses[1]))


def _filled(intent: Intent, leg: int, family: Family) -> Iterator[tuple[Range, str]]:
    """All addresses in order, those of no zone behind the leg between the others."""
    runs = sorted(
        (one, zone.name)
        for zone in intent.zones.values()
        for one in zone.addresses[family]
        if zone.leg == leg
    )
    after = 0
    for (low, high), name in runs:
        if low > after:
            yield (after, low - 1), ELSEWHERE
        yield (low, high), name
        after = high + 1
    if after <= top(Field.SRC, family):
        yield (after, top(Field.SRC, family)), ELSEWHERE


def _named(
    filter_: Filter, line: int, source: str, destination: str, part: Box, near: list[Clause]
) -> Iterator[Accepted]:
    at = (f"{filter_.file}:{line}",)
    families = (filter_.family,)
    # Neighbour discovery is of a link, and Linux does not track it: nothing begins with it.
    for one in near:
        both = part.meet(one.box)
        if one.flow and both is not None:
            yield Accepted(source, destination, words(both), families, one.what, at)
    left = minus(part, (one.box for one in near), _MOST_PARTS)
    # Where that cannot be told, it is rather said in vain than kept quiet.
    for beyond in [part] if left is None else left[:1]:
        packet = Packet(filter_.family, tuple(low for low, _ in beyond.ranges))
        yield Accepted(source, destination, words(beyond), families, None, at, str(packet))


def words(of: Box) -> str:
    """Protocol and ports, or ICMP's type."""
    low, high = of[Field.PROTO]
    if low != high:
        return "any protocol" if (low, high) == (0, 255) else f"protocols {low}-{high}"
    name = _NAMES.get(low, f"protocol {low}")
    if name in ("icmp", "icmp6"):
        return _icmp(name, of[Field.ICMP])
    if name not in ("tcp", "udp", "sctp"):
        return name
    first, last = of[Field.DPORT]
    if (first, last) == (0, 65_535):
        return f"{name} any port"
    return f"{name} {first}" if first == last else f"{name} {first}-{last}"


_TYPES = {
    ("icmp", 8): "ping",
    ("icmp6", 128): "ping",
    ("icmp6", 135): "neighbour solicitation",
    ("icmp6", 136): "neighbour advertisement",
}


def _icmp(name: str, types: Range) -> str:
    first, last = types[0] // 256, types[1] // 256
    if first != last:
        return f"{name} any type" if (first, last) == (0, 255) else f"{name} types {first}-{last}"
    return _TYPES.get((name, first), f"{name} type {first}")
