"""What a device does with packets, as its reader understood it: rules, the first that fits wins."""

from dataclasses import dataclass
from typing import Literal, TypeAlias

from tce.space.header import Box, Family, Packet

Action: TypeAlias = Literal["accept", "drop"]
Point: TypeAlias = Literal["forward", "input", "in", "out"]
"""Where it looks at packets.

``forward``, ``input``: hooks of a router that is a host of its own. ``in``: a switch's interface,
what the environment sends; ``out``: what the switch sends to the environment.
"""


@dataclass(frozen=True)
class Rule:
    """One decision: all packets of its boxes."""

    line: int
    """In its file, from 1."""
    text: str
    """As it stands there, on one line."""
    action: Action
    boxes: tuple[Box, ...]
    """It fits a packet that is in any of them; all are of the filter's family."""


@dataclass(frozen=True)
class Filter:
    """All that one device does at one point with packets of one family."""

    device: str
    """``perimeter``, ``leaf1``."""
    format: str
    """``nftables``, ``eos``, ``ios``, ``junos``."""
    file: str
    """As the reader was told to call it."""
    family: Family
    point: Point
    stateful: bool
    rules: tuple[Rule, ...]
    default: Action
    default_line: int
    """Where the default stands, or where the filter begins if it goes without saying."""
    interface: str | None = None
    """Which interface a switch's filter is bound to, as its file says."""
    logs: bool = False
    """Whether what it drops is logged."""


def decide(filter_: Filter, packet: Packet) -> tuple[Action, Rule | None]:
    """What happens to a packet, and the rule that says so; None for the default."""
    for rule in filter_.rules:
        if any(packet in one for one in rule.boxes):
            return rule.action, rule
    return filter_.default, None
