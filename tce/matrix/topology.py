"""Where things are drawn: the environment on the left, its gateway, then what is behind each leg.

Units are those of the drawing's view box; the page scales it.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal, TypeAlias

from tce.explain.scene import Scene
from tce.prove.intent import OWN, Zone

if TYPE_CHECKING:
    from collections.abc import Sequence

WIDTH = 1180
_OWN_X, _GATEWAY_X, _MIDDLE_X, _FAR_X = 10, 400, 620, 900
_ZONE_WIDTH, _GATEWAY_WIDTH, _MIDDLE_WIDTH = 270, 130, 190
_ZONE_HEIGHT, _GAP, _GROUP_GAP, _TOP = 64, 12, 26, 34
_SHOWN = 30
"""Characters of a line in a box."""

Sort: TypeAlias = Literal["own", "gateway", "switches", "tunnel", "other", "kept"]


@dataclass(frozen=True)
class Shape:
    """A box with its lines of text, the first one bold."""

    x: int
    y: int
    width: int
    height: int
    lines: tuple[str, ...]
    sort: Sort
    title: str
    """All that is known of it."""


@dataclass(frozen=True)
class Line:
    """A link between two boxes; its label stands at its beginning."""

    x1: int
    y1: int
    x2: int
    y2: int
    open: bool
    """Whether anything may begin on it, either way."""
    label: str = ""


@dataclass
class Topology:
    """The whole drawing."""

    shapes: list[Shape] = field(default_factory=list)
    lines: list[Line] = field(default_factory=list)
    height: int = 0
    width: int = WIDTH


def topology(scene: Scene, joined: Callable[[Zone], bool]) -> Topology:
    """`joined` says whether anything may begin to or from a zone."""
    return _Drawing(scene, joined).made


class _Drawing:
    def __init__(self, scene: Scene, joined: Callable[[Zone], bool]) -> None:
        self._scene, self._joined = scene, joined
        self.made = Topology()
        zones = list(scene.intent.zones.values())
        own = [one for one in zones if one.kind in OWN]
        far = [one for one in zones if one.kind not in OWN]
        heights = (_height(own), sum(_height(g) + _GROUP_GAP for _, g in _groups(far)) - _GROUP_GAP)
        tall = max(*heights, 150)
        self.made.height = _TOP + tall + 14
        self._middle = _TOP + tall // 2
        self._gateway(tall)
        self._own(own, _TOP + (tall - heights[0]) // 2)
        self._far(far, _TOP + (tall - heights[1]) // 2)

    def _gateway(self, tall: int) -> None:
        legs = self._scene.intent.legs
        said = ("gateway", "the perimeter", f"{len(legs)} legs", "IPv4 and IPv6")
        if not self._scene.intent.ipv6:
            said = (*said[:3], "IPv6 dropped")
        self.made.shapes.append(
            Shape(
                _GATEWAY_X, _TOP, _GATEWAY_WIDTH, tall, said, "gateway", f"legs {', '.join(legs)}"
            )
        )

    def _own(self, zones: "Sequence[Zone]", y: int) -> None:
        for zone in zones:
            self._zone(_OWN_X, y, zone, "own")
            at = y + _ZONE_HEIGHT // 2
            leg = self._scene.intent.legs[zone.leg - 1]
            self.made.lines.append(
                Line(_OWN_X + _ZONE_WIDTH, at, _GATEWAY_X, at, self._joined(zone), leg)
            )
            y += _ZONE_HEIGHT + _GAP

    def _far(self, zones: "Sequence[Zone]", y: int) -> None:
        intent = self._scene.intent
        for leg, group in _groups(zones):
            tall = _height(group)
            at = y + tall // 2
            name = intent.legs[leg - 1]
            any_open = any(map(self._joined, group))
            begin = _GATEWAY_X + _GATEWAY_WIDTH
            middle = self._between(leg, y, tall)
            if middle is None:
                begin_far = begin
            else:
                self.made.shapes.append(middle)
                self.made.lines.append(Line(begin, at, _MIDDLE_X, at, any_open, name))
                begin_far = _MIDDLE_X + _MIDDLE_WIDTH
            for zone in group:
                sort: Sort = "kept" if zone.kind == "tenants" else "other"
                self._zone(_FAR_X, y, zone, sort)
                end = y + _ZONE_HEIGHT // 2
                label = name if middle is None else ""
                self.made.lines.append(Line(begin_far, at, _FAR_X, end, self._joined(zone), label))
                y += _ZONE_HEIGHT + _GAP
            y += _GROUP_GAP - _GAP

    def _between(self, leg: int, y: int, tall: int) -> Shape | None:
        intent = self._scene.intent
        if leg == intent.tunnel_leg:
            peers = [one.source for one in intent.tunnels]
            said = ("WireGuard", *_cut([f"to {one}" for one in dict.fromkeys(peers)], 2))
            return _centred(y, tall, said, "tunnel", "encrypted; switches see its outside only")
        if leg == intent.transit.leg:
            names = [f"{name} ({format_})" for name, format_, _ in intent.switches]
            said = ("switches", *_cut(names, 3))
            return _centred(y, tall, said, "switches", ", ".join(names))
        return None

    def _zone(self, x: int, y: int, zone: Zone, sort: Sort) -> None:
        said = self._scene.said.get("zones")
        mine = said.get(zone.name) if isinstance(said, dict) else None
        networks = mine.get("networks") if isinstance(mine, dict) else None
        texts = [str(one) for one in networks] if isinstance(networks, list) else []
        shown = _cut(texts, 2) or ["what no other zone has"]
        self.made.shapes.append(
            Shape(
                x,
                y,
                _ZONE_WIDTH,
                _ZONE_HEIGHT,
                (f"{zone.name} ({zone.kind})" if zone.name != zone.kind else zone.name, *shown),
                sort,
                ", ".join(texts) or shown[0],
            )
        )


def _groups(zones: "Sequence[Zone]") -> list[tuple[int, list[Zone]]]:
    found: dict[int, list[Zone]] = {}
    for zone in zones:
        found.setdefault(zone.leg, []).append(zone)
    return list(found.items())


def _height(zones: "Sequence[Zone]") -> int:
    return len(zones) * (_ZONE_HEIGHT + _GAP) - _GAP


def _centred(y: int, tall: int, said: tuple[str, ...], sort: Sort, title: str) -> Shape:
    height = 26 + 18 * len(said)
    return Shape(_MIDDLE_X, y + (tall - height) // 2, _MIDDLE_WIDTH, height, said, sort, title)


def _cut(texts: list[str], most: int) -> list[str]:
    """At most so many lines, the last one saying how many there are besides."""
    if len(texts) > most:
        texts = [*texts[: most - 1], f"and {len(texts) - most + 1} more"]
    return [one if len(one) <= _SHOWN else f"{one[: _SHOWN - 1]}…" for one in texts]


def rows(shape: Shape) -> Iterator[tuple[int, str, bool]]:
    """Each line of a box: how far down its middle is, the text, whether it is the first."""
    first = shape.y + (shape.height - 18 * len(shape.lines)) // 2 + 14
    for number, text in enumerate(shape.lines):
        yield first + 18 * number, text, not number
