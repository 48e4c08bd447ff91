"""``openings/``: what has to be open, as a table for the network team and as JSON.

The table is read by people at a firewall: one heading for each boundary between two networks, one
row for each reason. Rows say whole pools; the JSON says every pair.
"""

import ipaddress
from collections.abc import Iterable, Iterator, Sequence
from itertools import groupby
from typing import TYPE_CHECKING, NamedTuple

from blueprints.engine.blueprint import File
from blueprints.kinds.cluster.openings import data
from blueprints.kinds.cluster.openings.derive import openings
from blueprints.kinds.cluster.openings.facts import FACTS
from blueprints.kinds.cluster.openings.opening import Opening, Zone

if TYPE_CHECKING:
    from blueprints.kinds.cluster.spec import Specification

FOLDER = "openings"
_HEAD = """\
# Openings

Every flow that the clusters of {site} need, from the side that begins; answers come back by
connection tracking and are no rule of their own. What is not in here may stay shut. Made from
`spec.yaml`: change it there. The same for programs, pair by pair: `openings.json`.

A row with several names is every name on the left to every name on the right. The number is the
[reason](#reasons), with its source.
"""
_WITHIN = """\
## Within one VLAN

No router sees these; they are for firewalls of nodes and of hypervisors.
"""
_NOT_HERE = """\
## What is not here

- NodePorts, and ports of services other than HTTPS: a service's own to ask for.
- What virtual machines need of DHCP in their VLAN, and management boards of servers (IPMI,
  Redfish), whose addresses this repository does not know.
- Webhooks, metrics of pods, Ray: they travel inside of the network of pods.
- Kubelets by the API server: agents keep a tunnel to port 9345.
"""


def files(spec: "Specification") -> Iterator[File]:
    """Both files."""
    every = openings(spec)
    yield File(f"{FOLDER}/openings.json", data.text(every).encode())
    yield File(f"{FOLDER}/openings.md", table(every, spec.site.name).encode())


def table(every: Sequence[Opening], site: str) -> str:
    """The page for the network team; its rows fit into 100 columns where names are short."""
    reasons = _reasons(every)
    across = [one for one in every if one.source.network != one.destination.network]
    between = [one for one in across if one.source.network and one.destination.network]
    around = [one for one in across if one not in set(between)]
    beside = [one for one in every if one.direction == "beside"]
    inside = [one for one in every if one.direction != "beside" and one not in set(across)]
    parts = [
        _HEAD.format(site=site),
        *_unreachable(every),
        *_section("## Between VLANs\n", between, reasons),
        *_section("## Between VLANs and the site's systems\n", around, reasons),
        *_section("## Between the site's systems\n", beside, reasons),
        *_section(_WITHIN, inside, reasons),
        *_zones(every),
        *_explained(reasons),
        _NOT_HERE,
    ]
    return "\n".join(parts)


class _Reason(NamedTuple):
    component: str
    why: str
    fact: str


def _reasons(every: Iterable[Opening]) -> dict[_Reason, int]:
    """Numbered as they are sorted: a reason more moves others, and says so in Git."""
    found = sorted({_Reason(one.component, one.why, one.fact) for one in every})
    return {one: number for number, one in enumerate(found, 1)}


def _section(head: str, chosen: Sequence[Opening], reasons: dict[_Reason, int]) -> Iterator[str]:
    if not chosen:
        return
    yield head
    ordered = sorted(chosen, key=_boundary)
    for _, same in groupby(ordered, _boundary):
        found = list(same)
        first = found[0]
        if first.direction != "beside":
            to = "" if first.source.network == first.destination.network else _to(first)
            yield f"### {_place(first.source)}{to}\n"
        for cluster, its in groupby(found, lambda one: one.cluster or ""):
            if cluster:
                yield f"Cluster `{cluster}`:\n"
            yield _table(("from", "to", "open", "for", ""), _rows(list(its), reasons))


def _to(opening: Opening) -> str:
    return f" to {_place(opening.destination)}"


def _boundary(one: Opening) -> tuple[object, ...]:
    """What a firewall stands between, VLANs by number; then cluster by cluster."""
    if one.direction == "beside":
        return ()
    sides = (one.source, one.destination)
    return (*((side.vlan or 0, side.network or "") for side in sides), one.cluster or "")


def _place(zone: Zone) -> str:
    if zone.network is None:
        return "the site's systems"
    return f"VLAN {zone.vlan} {zone.network} ({zone.plane}, {zone.cidr})"


def _rows(
    chosen: Sequence[Opening], reasons: dict[_Reason, int]
) -> Iterator[tuple[str, str, str, str, str]]:
    """One for each reason and set of zones that it joins."""
    by_ports: dict[tuple[int, str, str], dict[str, list[str]]] = {}
    for one in chosen:
        number = reasons[_Reason(one.component, one.why, one.fact)]
        ends = by_ports.setdefault((number, one.component, _open(one)), {})
        ends.setdefault(_short(one.source), []).append(_short(one.destination))
    for (number, component, said), ends in sorted(by_ports.items()):
        sources: dict[tuple[str, ...], list[str]] = {}
        for source, destinations in ends.items():
            sources.setdefault(tuple(sorted(set(destinations))), []).append(source)
        for destinations_, begins in sources.items():
            yield ", ".join(begins), ", ".join(destinations_), said, component, str(number)


def _open(one: Opening) -> str:
    if one.protocol == "icmp":
        return "icmp echo"
    return f"{one.protocol} {', '.join(map(str, one.ports))}"


def _short(zone: Zone) -> str:
    """Its name where the cluster is known."""
    return zone.name.rpartition("/")[2]


def _zones(every: Iterable[Opening]) -> Iterator[str]:
    zones = {one.name: one for opening in every for one in (opening.source, opening.destination)}
    yield "## Zones\n"
    for cluster, them in groupby(
        (zones[name] for name in sorted(zones)), lambda one: one.cluster or ""
    ):
        yield f"### {cluster or 'The site'}\n"
        rows = [(_short(one), str(one.vlan or ""), one.what, _where(one)) for one in them]
        yield _table(("zone", "VLAN", "what", "addresses"), rows)


def _where(zone: Zone) -> str:
    known = [*ranges(zone.addresses), *zone.hosts]
    return ", ".join(known) or "not known here"


def ranges(addresses: Iterable[str]) -> list[str]:
    """Networks as people write them: neighbours as one range, one address without its length."""
    found: list[list[int]] = []
    kinds: list[int] = []
    for text in addresses:
        network = ipaddress.ip_network(text)
        first, last = int(network.network_address), int(network.broadcast_address)
        if found and kinds[-1] == network.version and found[-1][1] + 1 == first:
            found[-1][1] = last
        else:
            found.append([first, last])
            kinds.append(network.version)
    return [_range(kind, *span) for kind, span in zip(kinds, found, strict=True)]


def _range(version: int, first: int, last: int) -> str:
    kind = ipaddress.IPv4Address if version == 4 else ipaddress.IPv6Address
    low, high = kind(first), kind(last)
    if low == high:
        return str(low)
    (one, *more) = ipaddress.summarize_address_range(low, high)
    return f"{low}-{high}" if more else str(one)


def _explained(reasons: dict[_Reason, int]) -> Iterator[str]:
    yield "## Reasons\n"
    for one, number in reasons.items():
        fact = FACTS[one.fact]
        url = fact.url if "://" in fact.url else f"../{fact.url}"
        yield f"{number}. {one.component}: {one.why}.\n   [{fact.title}]({url})"
    yield ""


def _unreachable(every: Iterable[Opening]) -> Iterator[str]:
    """IPv4 does not reach IPv6: no rule can help, the specification has to."""
    pairs = {(one.source.name, one.destination.name) for one in every if not one.versions}
    if pairs:
        yield "## No rule can open these\n\nOne side has IPv4 only, the other IPv6 only:\n"
        yield "\n".join(f"- `{source}` to `{end}`" for source, end in sorted(pairs)) + "\n"


def _table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """Markdown that is a table to read as text too."""
    every = [head, *rows]
    widths = [max(map(len, column)) for column in zip(*every, strict=True)]
    lines = [
        "| " + " | ".join(cell.ljust(size) for cell, size in zip(row, widths, strict=True)) + " |"
        for row in every
    ]
    rule = "| " + " | ".join("-" * max(size, 3) for size in widths) + " |"
    return "\n".join([lines[0], rule, *lines[1:]]) + "\n"
