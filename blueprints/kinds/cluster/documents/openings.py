"""``openings/``: what has to be open, as a table for the network team and as JSON.

The table is read by people at a firewall: one heading for each boundary between two networks, one
row for each reason. Rows say whole pools; the JSON says every pair.
"""

import ipaddress
import textwrap
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import groupby
from typing import TYPE_CHECKING

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

A row with several names is every name on the left to every name on the right. Numbers are those of
the [sources](#sources). Where a zone's addresses lie: [zones](#zones).
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
- The way to the masters (6443, 9345) of a load balancer that answers at a cluster's `api`.
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
    sources = {one: number for number, one in enumerate(sorted({one.fact for one in every}), 1)}
    across = [one for one in every if one.source.network != one.destination.network]
    beside = [one for one in every if one.direction == "beside"]
    between = [one for one in across if one.source.network and one.destination.network]
    around = [one for one in across if not (one.source.network and one.destination.network)]
    within = [
        one for one in every if one.source.network and one.source.network == one.destination.network
    ]
    parts = [
        _HEAD.format(site=site),
        *_unreachable(every),
        *_section("## Between VLANs\n", between, sources),
        *_section("## Between VLANs and the site's systems\n", around, sources),
        *_section("## Between the site's systems\n", beside, sources),
        *_section(_WITHIN, within, sources),
        *_zones(every),
        *_explained(sources),
        _NOT_HERE,
    ]
    return "\n".join(parts)


def _section(head: str, chosen: Sequence[Opening], sources: Mapping[str, int]) -> Iterator[str]:
    if not chosen:
        return
    yield head
    ordered = sorted(chosen, key=lambda one: (_boundary(one), one.cluster or ""))
    for _, same in groupby(ordered, _boundary):
        found = list(same)
        if found[0].direction != "beside":
            yield from _sides(found[0])
        for cluster, its in groupby(found, lambda one: one.cluster):
            if cluster:
                yield f"Cluster `{cluster}`:\n"
            yield _table(("from", "to", "open", "#", "why"), _rows(list(its), sources))


def _boundary(one: Opening) -> tuple[object, ...]:
    """What a firewall stands between, VLANs by number."""
    return tuple((side.vlan or 0, side.network or "") for side in (one.source, one.destination))


def _sides(one: Opening) -> Iterator[str]:
    """A heading and what it does not say of the networks."""
    sides = [one.source]
    if one.destination.network != one.source.network:
        sides.append(one.destination)
    yield f"### {' to '.join(map(_place, sides))}\n"
    yield f"{' to '.join(f'{side.cidr} ({side.plane})' for side in sides if side.network)}.\n"


def _place(zone: Zone) -> str:
    return f"VLAN {zone.vlan} {zone.network}" if zone.network else "the site's systems"


def _rows(
    chosen: Sequence[Opening], sources: Mapping[str, int]
) -> Iterator[tuple[str, str, str, str, str]]:
    """One for each reason and set of zones that it joins."""
    found: dict[tuple[str, str, str], dict[str, list[str]]] = {}
    for one in chosen:
        row = (f"{one.component}: {one.why}", _open(one), str(sources[one.fact]))
        found.setdefault(row, {}).setdefault(_short(one.source), []).append(_short(one.destination))
    for (why, said, number), ends in sorted(found.items()):
        begins: dict[tuple[str, ...], list[str]] = {}
        for source, destinations in ends.items():
            begins.setdefault(tuple(sorted(set(destinations))), []).append(source)
        for to, names in begins.items():
            yield ", ".join(names), ", ".join(to), said, number, why


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
    ordered = (zones[name] for name in sorted(zones))
    for cluster, them in groupby(ordered, lambda one: one.cluster):
        yield f"### {cluster or 'The site'}\n"
        yield "\n".join(map(_said, them)) + "\n"


def _said(zone: Zone) -> str:
    vlan = f", VLAN {zone.vlan}" if zone.vlan else ""
    return textwrap.fill(
        f"- `{_short(zone)}`, {zone.what}{vlan}: {_where(zone)}",
        98,
        subsequent_indent="  ",
        break_long_words=False,
        break_on_hyphens=False,
    )


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


def _explained(sources: Mapping[str, int]) -> Iterator[str]:
    yield "## Sources\n"
    for one, number in sources.items():
        fact = FACTS[one]
        url = fact.url if "://" in fact.url else f"../{fact.url}"
        yield f"{number}. [{fact.title}]({url})"
    yield ""


def _unreachable(every: Iterable[Opening]) -> Iterator[str]:
    """IPv4 does not reach IPv6: no rule can help, the specification has to."""
    pairs = {(one.source.name, one.destination.name) for one in every if not one.versions}
    if pairs:
        yield "## No rule can open these\n\nOne side has IPv4 only, the other IPv6 only:\n"
        yield "\n".join(f"- `{source}` to `{end}`" for source, end in sorted(pairs)) + "\n"


def _table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """Markdown that is a table to read as text too; the last column is as long as it is."""
    every = [head, *rows]
    widths = [max(map(len, column)) for column in zip(*every, strict=True)]
    widths[-1] = 0
    lines = [
        "| " + " | ".join(cell.ljust(size) for cell, size in zip(row, widths, strict=True)) + " |"
        for row in every
    ]
    rule = "| " + " | ".join("-" * max(size, 3) for size in widths) + " |"
    return "\n".join([lines[0], rule, *lines[1:]]) + "\n"
