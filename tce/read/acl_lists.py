"""Access lists of EOS and IOS as a whole: entries in their order, lists bound to interfaces.

An interface with any list gives four filters: in and out, each for both families. Where it has
no list for one of them the switch passes everything, and the filter says so. A list that is bound
but not in the file, or empty, is not modelled: releases differ in whether it passes or blocks.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import PurePath
from typing import Literal, TypeAlias

from tce.read.acl_config import Block, Line
from tce.read.acl_entry import Dialect, Entry, Groups, entry
from tce.read.boxes import boxes
from tce.read.refuse import refuse
from tce.space.filter import Filter, Rule
from tce.space.header import FAMILIES, ICMP6, Family, Field

Direction: TypeAlias = Literal["in", "out"]
_STEP = 10


@dataclass
class AccessList:
    """One, as it is written down."""

    head: Line
    name: str
    family: Family
    entries: list[tuple[Line, int | None, tuple[str, ...]]] = field(default_factory=list)
    """Line, sequence number if it has one, and the words after it."""


@dataclass
class Interface:
    """One that lists are bound to."""

    line: int
    name: str
    bound: dict[tuple[Family, Direction], tuple[str, int]] = field(default_factory=dict)
    """Name of a list, and the line that says so."""
    unknown: Line | None = None
    """The first line on it that may change what it passes."""


@dataclass
class Config:
    """What of a switch's configuration filters packets."""

    lists: dict[tuple[Family, str], AccessList] = field(default_factory=dict)
    interfaces: dict[str, Interface] = field(default_factory=dict)


@dataclass(frozen=True)
class Vendor:
    """How lists are read and what is done where none of them fits."""

    format: str
    dialect: Dialect
    implicit: Mapping[Family, Sequence[int]]
    """Types of ICMPv6 that pass before what is denied at the end without being written."""
    bindings: Mapping[str, Family]
    """``ip access-group``: the words that bind a list of a family."""
    harmless: Callable[[tuple[str, ...]], bool]
    """Whether a line of an interface changes nothing of what its lists pass."""


def filters(config: Config, vendor: Vendor, groups: Groups, file: str) -> tuple[Filter, ...]:
    """Of every interface with a list; raises NotModelledError where there is none."""
    known = {key: _List(key[0], one, vendor, groups, file) for key, one in config.lists.items()}
    bound = [one for one in config.interfaces.values() if one.bound]
    if not bound:
        words = next(iter(vendor.bindings))
        hint = f"interface Vlan411 / {words} NAME in / {words} NAME out"
        raise refuse(file, 1, "no interface has an access list, so that nothing is filtered", hint)
    found = []
    for one in bound:
        if one.unknown is not None:
            raise refuse(file, one.unknown.number, f"{one.unknown.text!r} is not modelled")
        for family in FAMILIES:
            for direction in ("in", "out"):
                found.append(_filter(one, family, direction, known, vendor, file))
    return tuple(found)


def _filter(
    interface: Interface,
    family: Family,
    direction: Direction,
    known: "Mapping[tuple[Family, str], _List]",
    vendor: Vendor,
    file: str,
) -> Filter:
    name, line = interface.bound.get((family, direction), ("", interface.line))
    if name and (family, name) not in known:
        raise refuse(file, line, f"the list {name} is not in this file")
    one = known[family, name] if name else None
    return Filter(
        device=PurePath(file).stem,
        format=vendor.format,
        file=file,
        family=family,
        point=direction,
        stateful=False,
        rules=one.rules() if one is not None else (),
        default="drop" if one is not None else "accept",
        default_line=one.given.head.number if one is not None else line,
        interface=interface.name,
        logs=one is not None and one.logs,
    )


class _List:
    """A list whose entries are understood; every one is, also of a list that is not bound."""

    def __init__(
        self, family: Family, given: AccessList, vendor: Vendor, groups: Groups, file: str
    ) -> None:
        self.family = family
        self.given = given
        self.vendor = vendor
        self.file = file
        self.entries = [
            entry(line, words, family, file, vendor.dialect, groups)
            for line, words in _ordered(given, file)
        ]

    @property
    def logs(self) -> bool:
        """Whether what no entry permits is logged."""
        last = self._last()
        return last is not None and last.logs and last.rule.action == "drop"

    def rules(self) -> tuple[Rule, ...]:
        """In order; those that go without saying only where they can be reached."""
        if not self.entries:
            head = self.given.head.number
            raise refuse(self.file, head, f"the list {self.given.name} has no entries")
        said = tuple(one.rule for one in self.entries)
        return said if self._last() is not None else (*said, *self._implicit())

    def _last(self) -> Entry | None:
        """The entry that fits all that is left, if there is one."""
        return next((one for one in self.entries if one.everything), None)

    def _implicit(self) -> Iterator[Rule]:
        for kind in self.vendor.implicit.get(self.family, ()):
            fits = boxes(
                self.family,
                {
                    Field.PROTO: ((ICMP6, ICMP6),),
                    Field.ICMP: ((kind * 256, kind * 256 + 255),),
                    Field.FRAGMENT: ((0, 0),),
                },
            )
            text = f"(goes without saying) permit icmp any any {kind}"
            yield Rule(self.given.head.number, text, "accept", fits)


def _ordered(given: AccessList, file: str) -> Iterable[tuple[Line, tuple[str, ...]]]:
    """By sequence number; one without follows the one before it, ten higher than the highest."""
    numbered: dict[int, tuple[Line, tuple[str, ...]]] = {}
    highest = 0
    for line, number, words in given.entries:
        place = highest + _STEP if number is None else number
        if place in numbered:
            raise refuse(file, line.number, f"the sequence number {place} is taken")
        numbered[place] = line, words
        highest = max(highest, place)
    return [numbered[place] for place in sorted(numbered) if numbered[place][1][0] != "remark"]


def bind(interface: Interface, line: Line, vendor: Vendor) -> bool:
    """Takes in a line of an interface; whether it is about lists or changes nothing."""
    words = line.words
    off = words[0] == "no"
    said = words[1:] if off else words
    family = vendor.bindings.get(" ".join(said[:2]))
    if family is not None and len(said) == 4 and said[3] in ("in", "out"):
        direction: Direction = "in" if said[3] == "in" else "out"
        if off:
            interface.bound.pop((family, direction), None)
        else:
            interface.bound[family, direction] = said[2], line.number
        return True
    return family is None and vendor.harmless(words)


def interface(config: Config, block: Block, vendor: Vendor) -> None:
    """Takes in an interface and its lines."""
    name = "".join(block.head.words[1:])
    one = config.interfaces.setdefault(name, Interface(block.head.number, name))
    for line in block.body:
        if not bind(one, line, vendor) and one.unknown is None:
            one.unknown = line
