"""The page of openings that people read, taken apart into what the file for programs says too.

Rows of its tables are taken pair by pair; ranges of addresses by what lies in them.
"""

import ipaddress
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

Spans = tuple[tuple[int, int, int], ...]
"""IP version, first and last address of each range; neighbours are one."""

_SIDE = r"(?:VLAN (\d+) (\S+)|the site's systems)"
_HEADING = re.compile(rf"### {_SIDE}(?: to {_SIDE})?\Z")
_NETWORKS = re.compile(r"(\S+) \((\w+)\)")
_CLUSTER = re.compile(r"Cluster `([^`]+)`:\Z")
_ZONE = re.compile(r"- `([^`]+)`, (.*?)(?:, VLAN (\d+))?: ((?:(?!: ).)*)\Z")
_SOURCE = re.compile(r"(\d+)\. \[([^\]]*)\]\((.*)\)\Z")


@dataclass(frozen=True, order=True)
class Row:
    """From one zone to another, with short names."""

    cluster: str
    """"" for what no cluster is part of."""
    source: str
    destination: str
    networks: tuple[str, str]
    """Of both sides; "" for the site's systems."""
    said: str
    """``tcp 443, 8443`` or ``icmp echo``."""
    why: str
    title: str
    """Of the source that it is known from."""

    def __str__(self) -> str:
        where = f" in {self.cluster}" if self.cluster else ""
        return f"{self.source} to {self.destination}{where}, {self.said} ({self.why})"


@dataclass(frozen=True)
class Known:
    """A zone, as the page has it."""

    what: str
    vlan: int | None
    spans: Spans
    hosts: tuple[str, ...]


@dataclass
class Page:
    """Everything that the page says."""

    rows: set[Row] = field(default_factory=set)
    zones: dict[tuple[str, str], Known] = field(default_factory=dict)
    """By cluster ("" for the site) and short name."""
    networks: dict[str, tuple[int, str, str]] = field(default_factory=dict)
    """VLAN, addresses and plane of each."""
    sources: dict[str, tuple[str, str]] = field(default_factory=dict)
    """Title and address, by number."""


def spans(addresses: Iterable[str]) -> Spans:
    """Ranges of networks, addresses and ``first-last``; raises ValueError for anything else."""
    found = sorted(_span(one) for one in addresses)
    merged: list[tuple[int, int, int]] = []
    for version, first, last in found:
        if merged and merged[-1][0] == version and merged[-1][2] + 1 >= first:
            merged[-1] = (version, merged[-1][1], max(last, merged[-1][2]))
        else:
            merged.append((version, first, last))
    return tuple(merged)


def _span(text: str) -> tuple[int, int, int]:
    low, dash, high = text.partition("-")
    if dash:
        first, last = ipaddress.ip_address(low), ipaddress.ip_address(high)
        return first.version, int(first), int(last)
    network = ipaddress.ip_network(text)
    return network.version, int(network.network_address), int(network.broadcast_address)


def read(text: str) -> Page:
    """Take a page apart; lines that are of no known form say nothing."""
    page = Page()
    lines = list(_joined(text))
    for line in lines:
        if matched := _SOURCE.match(line):
            page.sources[matched[1]] = (matched[2], matched[3])
    section = cluster = ""
    sides = ("", "")
    vlans: list[tuple[str, int]] = []
    for line in lines:
        if line.startswith("## "):
            section, cluster, sides = line[3:], "", ("", "")
        elif section == "Zones":
            cluster = _zone(page, line, cluster)
        elif matched := _HEADING.match(line):
            first, second = matched[2] or "", matched[4] or ""
            sides = (first, second if " to " in line else first)
            vlans = [(matched[at + 1], int(matched[at])) for at in (1, 3) if matched[at]]
        elif matched := _CLUSTER.match(line):
            cluster = matched[1]
        elif line.startswith("| "):
            page.rows.update(_rows(page, line, cluster, sides))
        elif vlans:
            for (name, vlan), (cidr, plane) in zip(vlans, _NETWORKS.findall(line), strict=False):
                page.networks[name] = (vlan, cidr, plane)
            vlans = vlans if not line else []
    return page


def _joined(text: str) -> Iterator[str]:
    """Lines, with those that go on in the next one as one."""
    waiting = ""
    for line in text.splitlines():
        if waiting.startswith("- ") and line.startswith("  "):
            waiting += f" {line.strip()}"
            continue
        yield waiting
        waiting = line
    yield waiting


def _zone(page: Page, line: str, cluster: str) -> str:
    if line.startswith("### "):
        return line[4:].replace("The site", "")
    matched = _ZONE.match(line)
    if matched:
        parts = [one for one in matched[4].split(", ") if one != "not known here"]
        hosts = tuple(one for one in parts if not _is_address(one))
        known = spans(one for one in parts if _is_address(one))
        vlan = int(matched[3]) if matched[3] else None
        page.zones[cluster, matched[1]] = Known(matched[2], vlan, known, hosts)
    return cluster


def _is_address(text: str) -> bool:
    try:
        return bool(_span(text))
    except ValueError:
        return False


def _rows(page: Page, line: str, cluster: str, sides: tuple[str, str]) -> Iterator[Row]:
    cells = [cell.strip() for cell in line.strip("| ").split(" | ")]
    if len(cells) != 5 or cells[3] not in page.sources:
        return
    title = page.sources[cells[3]][0]
    for source in cells[0].split(", "):
        for destination in cells[1].split(", "):
            yield Row(cluster, source, destination, sides, cells[2], cells[4], title)
