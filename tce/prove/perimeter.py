"""What the institution's gateway has to do: it keeps state, so it does exactly what is declared.

A packet that begins something is accepted where a flow says so, from leg to leg. What connection
tracking calls established may be accepted whatever it is: there is such a connection only because
its first packet was. Errors that relate to one may come where the environment is at one end.
"""

from collections.abc import Iterable, Iterator

from tce.prove.clause import Clause, Expected, back, clauses, errors, forth, icmp_of, kind
from tce.prove.intent import Flow, Intent
from tce.prove.ranges import Ranges, meet
from tce.space.header import STATES, Family, box

NEW, ESTABLISHED, RELATED = (STATES.index(name) for name in ("new", "established", "related"))
UNTRACKED = STATES.index("untracked")
NOTHING = Expected((), (), lambda: ())
NEIGHBOURS = (135, 136)
"""Neighbour solicitation and advertisement (RFC 4861); Linux does not track them."""


def forward(intent: Intent, family: Family) -> Expected:
    """What is routed from leg to leg."""
    if family == 6 and not intent.ipv6:
        return NOTHING
    flows = [flow for flow in intent.flows if flow.family == family]
    new = [clause for flow in flows for clause in _new(flow, False)]
    return Expected(
        may=(*new, *_kept(intent, family)),
        wide=(*new, *_established(family), *_between_zones(intent, flows)),
        exactly=lambda: tuple(clause for flow in flows for clause in _must(intent, flow)),
    )


def _new(flow: Flow, code_0: bool) -> Iterator[Clause]:
    legs = {"iif": flow.source_leg, "oif": flow.destination_leg}
    yield from clauses(forth(flow, code_0=code_0, new=True, state=NEW, **legs), flow.name, flow)


def _must(intent: Intent, flow: Flow) -> Iterator[Clause]:
    yield from _new(flow, True)
    there = {"iif": flow.source_leg, "oif": flow.destination_leg}
    home = {"iif": flow.destination_leg, "oif": flow.source_leg}
    for name, found in (
        (f"what follows of {flow.name}", forth(flow, code_0=True, new=False, state=1, **there)),
        (f"answers of {flow.name}", back(flow, code_0=True, state=ESTABLISHED, **home)),
    ):
        yield from clauses(found, name, flow)
    name = f"errors that relate to {flow.name}"
    yield from _related(intent, flow, flow.sources, flow.destinations, name, code_0=True)


def _related(
    intent: Intent, flow: Flow, sources: Ranges, destinations: Ranges, name: str, *, code_0: bool
) -> Iterator[Clause]:
    """Errors between two ends, both ways, where one is the environment's."""
    legs = flow.source_leg, flow.destination_leg
    if not set(legs) & set(intent.own_legs):
        return
    for ends, (iif, oif) in (
        ((sources, destinations), legs),
        ((destinations, sources), legs[::-1]),
    ):
        found = errors(flow.family, *ends, code_0=code_0, state=RELATED, iif=iif, oif=oif)
        yield from clauses(found, name, flow)


def _between_zones(intent: Intent, flows: Iterable[Flow]) -> Iterator[Clause]:
    """Errors of all flows, between the whole of their zones."""
    name = "errors that relate to a connection"
    for flow in {(one.source, one.destination): one for one in flows}.values():
        sources = intent.zones[flow.source].addresses[flow.family]
        destinations = intent.zones[flow.destination].addresses[flow.family]
        yield from _related(intent, flow, sources, destinations, name, code_0=False)


def _established(family: Family) -> Iterator[Clause]:
    yield Clause(box(family, state=ESTABLISHED), "established connections")


def _kept(intent: Intent, family: Family) -> Iterator[Clause]:
    yield from _established(family)
    everything = ((0, top_address(family)),)
    for leg in intent.own_legs:
        for side in ("iif", "oif"):
            said = {side: leg, "state": RELATED}
            found = errors(family, everything, everything, code_0=False, **said)
            yield from clauses(found, "errors that relate to a connection")


def top_address(family: Family) -> int:
    """The last address."""
    return (1 << (32 if family == 4 else 128)) - 1


def entering(intent: Intent, family: Family) -> Expected:
    """What is for the gateway itself; what its own programs send each other is not in the model."""
    if family == 6 and not intent.ipv6:
        return NOTHING
    must: list[Clause] = []
    may = [*_established(family)]
    if family == 6:
        for leg in range(1, len(intent.legs) + 1):
            if leg != intent.tunnel_leg:
                for number in NEIGHBOURS:
                    said = {"iif": leg, "proto": icmp_of(6)}
                    what = "neighbour discovery"
                    must.append(
                        Clause(
                            box(6, icmp=kind(number, code_0=True), state=UNTRACKED, **said), what
                        )
                    )
                    may.append(Clause(box(6, icmp=kind(number), **said), what))
    for flow in _to_the_gateway(intent, family):
        for code_0, found in ((True, must), (False, may)):
            begun = forth(flow, code_0=code_0, new=True, iif=flow.source_leg, state=NEW)
            found.extend(clauses(begun, flow.name, flow))
        kept = forth(flow, code_0=True, new=False, iif=flow.source_leg, state=ESTABLISHED)
        must.extend(clauses(kept, f"what follows of {flow.name}", flow))
    return Expected(tuple(may), tuple(may), lambda: tuple(must))


def _to_the_gateway(intent: Intent, family: Family) -> Iterator[Flow]:
    """Tunnels, and what of flows is for the gateway's own addresses."""
    yield from (flow for flow in intent.tunnels if flow.family == family)
    for flow in intent.flows:
        own = meet(flow.destinations, intent.gateway[family]) if flow.family == family else ()
        if own:
            yield Flow(**{**vars(flow), "destinations": own})
