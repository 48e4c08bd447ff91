"""Rules of nftables as values: what text and JSON both come to before they are flattened."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal, TypeAlias

from tce.read.nft_keys import BOTH, KEYS, FamilySet, Key, families, ranges
from tce.read.ranges import Ranges, meet, rest, union
from tce.read.refuse import refuse
from tce.space.header import Family, Field, top

Step: TypeAlias = Literal["accept", "drop", "jump", "goto", "return"]
TableName: TypeAlias = tuple[str, str]
"""Its family (inet, ip, ip6) and its name."""


@dataclass(frozen=True)
class Verdict:
    """What a rule does with a packet that it fits."""

    step: Step
    chain: str = ""
    """Of a jump or goto."""


@dataclass(frozen=True)
class Element:
    """Of a set or a map, not yet read: what it means depends on the keys that it is asked for."""

    parts: tuple[str, ...]
    line: int
    text: str
    verdict: Verdict | None = None


@dataclass
class Set:
    """A named set, or a map of verdicts."""

    line: int
    kinds: tuple[str, ...]
    """``ipv4_addr``; or a key such as ``ip saddr`` (typeof)."""
    maps: bool
    elements: list[Element] = field(default_factory=list)


@dataclass(frozen=True)
class Entry:
    """One way to fit: all its fields lie in their ranges."""

    families: FamilySet
    needs: Mapping[Field, Ranges]
    line: int
    text: str
    verdict: Verdict | None
    ports: bool
    """Whether ports are looked at without saying of what protocol."""
    outside: bool = False
    """Whether it fits only packets that the model has not: those on the loopback interface."""


@dataclass(frozen=True)
class Clause:
    """One match of a rule: any of its entries."""

    entries: tuple[Entry, ...]
    elements: bool
    """Whether entries are elements of a set, each of which is worth a line of its own."""


@dataclass(frozen=True)
class Line:
    """One rule."""

    line: int
    text: str
    clauses: tuple[Clause, ...]
    verdict: Verdict | None
    logs: bool


@dataclass
class Chain:
    """Of a table; with a hook, the kernel begins there."""

    line: int
    name: str
    hook: str | None = None
    policy: Literal["accept", "drop"] = "accept"
    policy_line: int = 0
    rules: list[Line] = field(default_factory=list)


@dataclass
class Table:
    """One table and what is in it."""

    line: int
    family: str
    name: str
    sets: dict[str, Set] = field(default_factory=dict)
    chains: dict[str, Chain] = field(default_factory=dict)

    @property
    def families(self) -> FamilySet:
        """Which packets it sees."""
        one: dict[str, Family] = {"ip": 4, "ip6": 6}
        return frozenset((one[self.family],)) if self.family in one else BOTH


class Meaning:
    """Reads values of one file; raises NotModelledError with their line."""

    def __init__(self, file: str, legs: Sequence[str]) -> None:
        self.file = file
        self.legs = legs
        self._known: dict[tuple[Key, str], tuple[FamilySet, Ranges]] = {}

    def clause(
        self,
        keys: Sequence[Key],
        elements: Iterable[Element],
        line: int,
        *,
        negated: bool = False,
        named: bool = False,
    ) -> Clause:
        """What fits any of the elements, or none of them; a named set's each stand alone."""
        found = tuple(self._entry(keys, one) for one in elements)
        alone = len(keys) == 1
        if negated:
            if not alone or not found:
                raise refuse(self.file, line, "this use of != is not modelled")
            return Clause((self._none_of(keys[0], found),), False)
        if alone and not named and all(one.verdict is None for one in found):
            return Clause((_any_of(keys[0], found),), False)
        return Clause(found, True)

    def named(
        self, sets: Mapping[str, Set], name: str, keys: Sequence[Key], line: int, *, maps: bool
    ) -> list[Element]:
        """Elements of a set, or of a map of verdicts, that is asked for these keys."""
        found = sets.get(name)
        if found is None or found.maps != maps:
            what = "map of verdicts" if maps else "set"
            raise refuse(self.file, line, f"there is no {what} {name}")
        kinds = [KEYS[one].kind if one in KEYS else one for one in found.kinds]
        if kinds != [one.kind for one in keys]:
            said = " . ".join(found.kinds)
            raise refuse(self.file, line, f"the set {name} is of {said}, not of this")
        return found.elements

    def where(self, key: Key, fits: Ranges, line: int, text: str) -> Clause:
        """What has the field of the key in these ranges."""
        return Clause(
            (Entry(key.families, self._needs(key, fits), line, text, None, False),), False
        )

    def _entry(self, keys: Sequence[Key], element: Element) -> Entry:
        if len(keys) != len(element.parts):
            raise refuse(self.file, element.line, f"{element.text} is not modelled")
        fitting, needs, ports, outside = BOTH, dict[Field, Ranges](), False, False
        for key, part in zip(keys, element.parts, strict=True):
            which, fits = self._value(key, part, element.line)
            fitting &= which
            outside |= key.field in (Field.IIF, Field.OIF) and not fits
            ports |= key.transport and key.protocol is None
            for name, value in self._needs(key, fits).items():
                needs[name] = meet(needs[name], value) if name in needs else value
        return Entry(fitting, needs, element.line, element.text, element.verdict, ports, outside)

    def _value(self, key: Key, part: str, line: int) -> tuple[FamilySet, Ranges]:
        known = self._known.get((key, part))
        if known is None:
            try:
                if key.field is None:
                    known = families(part), ()
                else:
                    known = key.families, ranges(key, part, self.legs)
            except ValueError as error:
                raise refuse(self.file, line, str(error)) from error
            self._known[key, part] = known
        return known

    def _needs(self, key: Key, fits: Ranges) -> dict[Field, Ranges]:
        needs = {} if key.field is None else {key.field: fits}
        if key.protocol is not None:
            needs[Field.PROTO] = ((key.protocol, key.protocol),)
        if key.transport:
            needs[Field.FRAGMENT] = ((0, 0),)
        return needs

    def _none_of(self, key: Key, found: Sequence[Entry]) -> Entry:
        whole = _any_of(key, found)
        if key.field is None:
            other = BOTH - whole.families
            return Entry(other, {}, whole.line, whole.text, None, False)
        # Where a field's top depends on the family, the key has one family only.
        highest = top(key.field, min(key.families))
        fits = rest(whole.needs[key.field], highest)
        return Entry(
            key.families, self._needs(key, fits), whole.line, whole.text, None, whole.ports
        )


def _any_of(key: Key, found: Sequence[Entry]) -> Entry:
    """Entries of one key as one."""
    first = found[0]
    if len(found) == 1:
        return first
    which: FamilySet = frozenset[Family]().union(*(one.families for one in found))
    needs = dict(first.needs)
    if key.field is not None:
        needs[key.field] = union(part for one in found for part in one.needs[key.field])
    outside = all(one.outside for one in found)
    return Entry(which, needs, first.line, first.text, None, first.ports, outside)
