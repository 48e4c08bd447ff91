"""`tutela tce explain`: what every device on its way does with a packet, and why."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from textwrap import wrap
from typing import Literal, TypeAlias

from blueprints.display import WIDTH, visible
from tce.explain import reason
from tce.explain.inside import inside
from tce.explain.packet import NotAPacketError, Said, parse
from tce.explain.scene import Device, Scene, read
from tce.prove.intent import Zone
from tce.prove.sources import KUBERNETES, PERIMETER
from tce.space.filter import Point, decide
from tce.space.header import Field, Packet

Verdict: TypeAlias = Literal["accept", "drop", "not seen", "not understood"]


@dataclass(frozen=True)
class Step:
    """What one device does."""

    device: str
    format: str
    point: Point | None
    """None: it does not see the packet."""
    verdict: Verdict
    at: str
    """``file:line``; of what is not seen the file."""
    rule: str
    """As it stands in the file, or why there is none."""
    declared: str | None = None
    """What of the intent lets it pass here."""
    flow: str | None = None
    wrong: bool = False
    """The device does not do what the specification says."""


@dataclass(frozen=True)
class Explanation:
    """A packet's way."""

    text: str
    packet: Packet
    begins: Zone | None
    ends: Zone | None
    leg_in: str
    leg_out: str
    """``the gateway`` for what is for it."""
    steps: tuple[Step, ...]
    reasons: tuple[str, ...]
    """Why it is declared, or why not."""
    elsewhere: tuple[str, ...]
    """Ways between other legs by which the perimeter accepts the same packet."""

    @property
    def verdict(self) -> Verdict:
        """Whether it arrives: every device that sees it has to accept it."""
        seen = [one.verdict for one in self.steps if one.verdict != "not seen"]
        for worst in ("drop", "not understood"):
            if worst in seen:
                return worst
        return "accept" if seen else "not seen"

    @property
    def exit_code(self) -> int:
        """3 where a device does not do what the specification says, or cannot be understood."""
        found = any(one.wrong or one.verdict == "not understood" for one in self.steps)
        return 3 if found or self.elsewhere else 0

    def __str__(self) -> str:
        return "\n".join(visible(line) for line in _lines(self))

    def as_json(self) -> dict[str, object]:
        """Schema ``tutela/explain/v1``."""
        return {
            "schema": "tutela/explain/v1",
            "packet": self.text,
            "family": self.packet.family,
            "from": _end(self.begins, self.leg_in),
            "to": _end(self.ends, self.leg_out),
            "verdict": self.verdict,
            "reasons": list(self.reasons),
            "steps": [vars(one) for one in self.steps],
            "elsewhere": list(self.elsewhere),
        }


GATEWAY = "the gateway"


def explain(folder: Path, text: str, today: date) -> Explanation:
    """Of a packet in words, in a rendered environment.

    Raises NotAPacketError, and ExpectedError for a folder that holds no rendered environment.
    """
    said = parse(text)
    return of_scene(read(folder, today), text, said)


def of_scene(scene: Scene, text: str, said: Said) -> Explanation:
    """As :func:`explain`, of what was read; raises NotAPacketError for a leg that there is not."""
    intent, packet = scene.intent, said.packet
    begins = scene.zone(packet.family, packet[Field.SRC])
    ends = scene.zone(packet.family, packet[Field.DST])
    legs = intent.legs
    for leg in (said.leg_in, said.leg_out):
        if leg is not None and leg not in legs:
            raise NotAPacketError(text, f"the gateway has no leg {leg}; it has {', '.join(legs)}")
    default = legs[intent.transit.leg - 1]
    leg_in = said.leg_in or (legs[begins.leg - 1] if begins else default)
    own = _is_gateway(scene, packet)
    leg_out = GATEWAY if own else said.leg_out or (legs[ends.leg - 1] if ends else default)
    stays = begins is not None and ends is not None and leg_in == leg_out
    outside = tuple(_steps(scene, packet, leg_in, leg_out, stays))
    steps = (*outside, *_inside(scene, packet, outside))
    return Explanation(
        text=text,
        packet=packet,
        begins=begins,
        ends=ends,
        leg_in=leg_in,
        leg_out=leg_out,
        steps=steps,
        reasons=tuple(_reasons(scene, packet, begins, ends, steps)),
        elsewhere=() if own else tuple(_elsewhere(scene, packet, leg_in, leg_out)),
    )


def _is_gateway(scene: Scene, packet: Packet) -> bool:
    """Whether it is for the gateway itself: its addresses in the environment and its uplink's."""
    ranges = [*scene.intent.gateway[packet.family]]
    ranges += [
        one
        for flow in scene.intent.tunnels
        for one in flow.destinations
        if flow.family == packet.family
    ]
    return any(first <= packet[Field.DST] <= last for first, last in ranges)


def _steps(scene: Scene, packet: Packet, leg_in: str, leg_out: str, stays: bool) -> Iterator[Step]:
    transit = scene.intent.legs[scene.intent.transit.leg - 1]
    perimeter = _perimeter(scene, packet, leg_in, leg_out, stays)
    point: Point | None = "in" if leg_out == transit != leg_in else "out"
    why = "it does not pass the transit zone"
    if stays:
        point, why = None, f"it stays behind {leg_in}"
    elif transit not in (leg_in, leg_out):
        point = None
        if scene.intent.legs[scene.intent.tunnel_leg - 1] in (leg_in, leg_out):
            why = "it is inside of the tunnel, of which the switches see WireGuard only"
    bare = replace(packet, values=_without_router(packet))
    switches = (_step(scene, one, point, bare, why) for one in scene.switches)
    if point == "out":
        yield from switches
        yield perimeter
    else:
        yield perimeter
        yield from switches


def _inside(scene: Scene, packet: Packet, before: tuple[Step, ...]) -> Iterator[Step]:
    """What is declared has to come in; what comes in has passed the perimeter."""
    found = inside(scene, packet)
    if found is not None:
        let_in = any(one.device == PERIMETER and one.flow and not one.wrong for one in before)
        wrong = let_in and found.verdict == "drop"
        yield Step(KUBERNETES, "cilium", None, found.verdict, found.at, found.rule, wrong=wrong)


def _without_router(packet: Packet) -> tuple[int, ...]:
    """A switch knows neither legs nor states."""
    router = (Field.IIF, Field.OIF, Field.STATE)
    return tuple(0 if field in router else packet[field] for field in Field)


def _perimeter(scene: Scene, packet: Packet, leg_in: str, leg_out: str, stays: bool) -> Step:
    device = scene.devices[0]
    if stays:
        return _step(scene, device, None, packet, f"it stays behind {leg_in}")
    point: Point = "input" if leg_out == GATEWAY else "forward"
    return _step(scene, device, point, _between(scene, packet, leg_in, leg_out), "")


def _between(scene: Scene, packet: Packet, leg_in: str, leg_out: str) -> Packet:
    legs = scene.intent.legs
    iif = legs.index(leg_in) + 1
    oif = 0 if leg_out == GATEWAY else legs.index(leg_out) + 1
    values = {Field.IIF: iif, Field.OIF: oif}
    return replace(packet, values=tuple(values.get(field, packet[field]) for field in Field))


def _step(scene: Scene, device: Device, point: Point | None, packet: Packet, why: str) -> Step:
    source = device.source
    if device.problem is not None:
        at, _, rest = device.problem.partition(": ")
        return Step(device.name, source.format, point, "not understood", at, rest)
    if point is None:
        return Step(device.name, source.format, None, "not seen", source.file, why)
    found = device.at(point, packet.family)
    if found is None:
        text = f"nothing filters IPv{packet.family} here"
        return Step(device.name, source.format, point, "accept", source.file, text, wrong=True)
    action, rule = decide(found, packet)
    said = reason.declared(scene, found, packet)
    return Step(
        device=device.name,
        format=source.format,
        point=point,
        verdict=action,
        at=f"{source.file}:{rule.line if rule else found.default_line}",
        rule=rule.text if rule else "no rule: what is not declared is dropped",
        declared=said.what,
        flow=said.flow,
        wrong=said.must if action == "drop" else not said.may,
    )


def _reasons(
    scene: Scene,
    packet: Packet,
    begins: Zone | None,
    ends: Zone | None,
    steps: tuple[Step, ...],
) -> Iterator[str]:
    named = {one.flow or one.declared: one for one in sorted(steps, key=_last) if one.declared}
    decisive = [one for one in steps if one.device == PERIMETER and one.point]
    if named and not (decisive and decisive[0].declared is None):
        for one in named.values():
            yield _told(scene, one.declared or "", one.flow)
    elif packet[Field.STATE] == 0:
        yield from reason.missing(scene, packet, begins, ends)
    else:
        yield "nothing that was let in has such a packet"


def _last(step: Step) -> bool:
    """The perimeter's words are those that count: it knows what was let in before."""
    return step.device == PERIMETER


def _told(scene: Scene, what: str, flow: str | None) -> str:
    said = scene.flows.get(flow or "")
    if said is None:
        return what
    return f"{what}: {said.get('why')} ({said.get('owner')}, until {said.get('expires')})"


def _elsewhere(scene: Scene, packet: Packet, leg_in: str, leg_out: str) -> Iterator[str]:
    """The same addresses at other legs: whoever takes another's address comes by these."""
    filter_ = scene.devices[0].at("forward", packet.family)
    for one in scene.intent.legs if filter_ else ():
        for other in scene.intent.legs:
            if filter_ is None or one == other or (one, other) == (leg_in, leg_out):
                continue
            moved = _between(scene, packet, one, other)
            action, rule = decide(filter_, moved)
            if action == "accept" and not reason.declared(scene, filter_, moved).may:
                line = rule.line if rule else filter_.default_line
                yield f"in {one} out {other}: accepted at {filter_.file}:{line}"


def _end(zone: Zone | None, leg: str) -> dict[str, str | None]:
    return {"zone": zone.name if zone else None, "kind": zone.kind if zone else None, "leg": leg}


_WORDS = {
    "accept": "arrives",
    "drop": "is dropped",
    "not seen": "passes no device",
    "not understood": "cannot be followed",
}


def _lines(one: Explanation) -> Iterator[str]:
    yield f"{one.packet}: {_WORDS[one.verdict]}"
    for name, zone, leg in (("from", one.begins, one.leg_in), ("to", one.ends, one.leg_out)):
        where = f"{zone.name} ({zone.kind})" if zone else "no zone"
        behind = f", {GATEWAY} itself" if leg == GATEWAY else f", behind {leg}"
        yield f"  {name.ljust(6)}{where}{behind}"
    for number, text in enumerate(one.reasons):
        for part, line in enumerate(wrap(text, WIDTH - 8, break_on_hyphens=False)):
            yield f"  {'' if number or part else 'why'}".ljust(8) + line
    wide = max(len(step.device) for step in one.steps)
    for step in one.steps:
        yield ""
        point = f" {step.point}" if step.point else ""
        yield f"{step.device.ljust(wide)}  {step.verdict}{point}  {step.at}"
        yield f"{' ' * wide}  {step.rule}"
        if step.declared:
            yield f"{' ' * wide}  declared: {step.declared}"
        if step.wrong:
            yield f"{' ' * wide}  NOT what the specification says: tutela tce prove"
    for text in one.elsewhere:
        yield ""
        yield f"accepted another way, which is not declared: {text}"
