"""What Arista's EOS and Cisco's IOS write alike: lines, and one name for one content.

A list's name ends with a digest of its lines. A changed list is a new one beside the old one; the
interface then changes over from one to the other in one step, so that nothing is unfiltered and
nothing is half filtered while it is loaded.
"""

import hashlib
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import TYPE_CHECKING, Literal

from blueprints.emit.text import comment
from tce.intent.flows import VERSIONS, Network
from tce.render.network.lowering import Direction, Entry, entries
from tce.render.network.pieces import Range

if TYPE_CHECKING:
    from tce.intent.spec import Specification, Switch

DIRECTIONS: tuple[Direction, ...] = ("in", "out")
STEP = 10
"""Between numbers of lines, as devices count themselves."""


@dataclass(frozen=True)
class Dialect:
    """How a vendor writes it."""

    header: str
    """First lines, as comments; with ``{name}``, ``{switch}``, ``{interface}``."""
    begins: Callable[[int, str], str]
    """From family and name to the line that a list begins with."""
    network: Callable[[Network], str]
    numbered: Callable[[int, str], str]
    """From number and text to a line."""
    icmp: dict[int, str]
    """Its name in each family."""
    bound: Callable[[int, str, Direction], str]
    """From family, name and direction to a line of the interface."""


@dataclass(frozen=True)
class AccessList:
    """One list, named by its content."""

    name: str
    lines: tuple[str, ...]


def text(spec: "Specification", switch: "Switch", dialect: Dialect) -> str:
    """The file of one switch."""
    head = dialect.header.format(name=spec.name, switch=switch.name, interface=switch.interface)
    out = [comment(head).replace("#", "!")]
    bound: list[str] = []
    for version in VERSIONS:
        for direction in DIRECTIONS:
            one = access_list(spec, version, direction, dialect)
            out += [f"{line}\n" for line in (dialect.begins(version, one.name), *one.lines, "!")]
            bound.append(dialect.bound(version, one.name, direction))
    out += [f"{line}\n" for line in (f"interface {switch.interface}", *bound, "!")]
    return "".join(out)


def access_list(
    spec: "Specification", version: Literal[4, 6], direction: Direction, dialect: Dialect
) -> AccessList:
    """Of one family and direction."""
    ip = {4: "ip", 6: "ipv6"}[version]
    said: list[str] = []
    if version == 4 or spec.ipv6:
        found = entries(spec, version, direction)
        said = [
            "remark later fragments, which have no ports to look at",
            f"deny {ip} any any fragments",
            *_permits(found, version, dialect),
        ]
    said += ["remark everything else", f"deny {ip} any any log"]
    numbered = (dialect.numbered(STEP * place, one) for place, one in enumerate(said, 1))
    return named(spec, version, direction, tuple(numbered))


def named(
    spec: "Specification", version: int, direction: Direction, lines: Sequence[str]
) -> AccessList:
    """``tce-<environment>-in4-<digest>``."""
    digest = hashlib.sha256("\n".join(lines).encode()).hexdigest()[:8]
    return AccessList(f"tce-{spec.name}-{direction}{version}-{digest}", tuple(lines))


def _permits(found: Iterable[Entry], version: int, dialect: Dialect) -> Iterator[str]:
    for (part, name), same in groupby(found, lambda one: (one.part, one.name)):
        yield f"remark {name}" if name == part else f"remark {name} {part}"
        for one in same:
            yield from _permit(one, version, dialect)


def _permit(one: Entry, version: int, dialect: Dialect) -> Iterator[str]:
    protocol = dialect.icmp[version] if one.protocol == "icmp" else one.protocol
    ends = (
        dialect.network(one.source),
        *_ports(one.source_ports),
        dialect.network(one.destination),
        *_ports(one.destination_ports),
        *(("established",) if one.established else ()),
    )
    for more in [f" {kind}" for kind in one.types] or [""]:
        yield " ".join(("permit", protocol, *ends)) + more


def _ports(ports: Range | None) -> Iterator[str]:
    if ports is not None:
        first, last = ports
        yield f"eq {first}" if first == last else f"range {first} {last}"
