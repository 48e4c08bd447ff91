"""Juniper Junos: firewall filters of families inet and inet6, and what units bind of them.

With braces or as ``set`` commands. A filter ends in a discard that is not written; a filter without
terms discards everything (routing policy guide, "How Standard Firewall Filters Evaluate Packets").
A unit without a filter in one direction and family passes everything there.

Chains of filters (``input-list``), filters in terms, policers, ``apply-groups``, ``apply-path`` and
filters of other families on the same unit are not modelled.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import PurePath
from typing import Literal, TypeAlias

from tce.read.junos_paths import Path, Word, paths
from tce.read.junos_terms import Term, understood
from tce.read.refuse import refuse
from tce.space.filter import Filter, Rule
from tce.space.header import FAMILIES, Family

Direction: TypeAlias = Literal["in", "out"]
_FAMILIES: dict[str, Family] = {"inet": 4, "inet6": 6}
_DIRECTIONS: dict[str, Direction] = {"input": "in", "output": "out"}
_ELSEWHERE = frozenset(
    {"applications", "chassis", "class-of-service", "event-options", "forwarding-options"}
    | {"groups", "policy-options", "protocols", "routing-instances", "routing-options", "security"}
    | {"snmp", "switch-options", "system", "version", "vlans", "virtual-chassis"}
)
"""Hierarchies that filter nothing between interfaces, as long as none of them names a filter."""
_ON_UNITS = frozenset({"bandwidth", "description", "disable", "encapsulation", "vlan-id"})
_ON_FAMILIES = frozenset({"address", "mtu", "no-redirects", "primary", "dad-disable"})


@dataclass
class _Filter:
    name: Word
    terms: dict[str, Term] = field(default_factory=dict)


@dataclass
class _Unit:
    line: int
    name: str
    bound: dict[tuple[Family, Direction], Word] = field(default_factory=dict)
    unknown: Path | None = None


def read(text: str, file: str, legs: Sequence[str] = ()) -> tuple[Filter, ...]:
    """Four filters for each unit with a filter; raises NotModelledError. Legs mean nothing."""
    return _Reader(file).filters(paths(text, file))


class _Reader:
    def __init__(self, file: str) -> None:
        self.file = file
        self.found: dict[tuple[Family, str], _Filter] = {}
        self.units: dict[str, _Unit] = {}
        self.lists: dict[str, list[tuple[str, int]]] = {}

    def filters(self, given: Sequence[Path]) -> tuple[Filter, ...]:
        """What the configuration does."""
        for path in given:
            self._take(path)
        bound = [one for one in self.units.values() if one.bound]
        if not bound:
            hint = "set interfaces irb unit 411 family inet filter input NAME"
            what = "no interface has a filter, so that nothing is filtered"
            raise refuse(self.file, 1, what, hint)
        known = {key: self._rules(key[0], one) for key, one in self.found.items()}
        for unit in bound:
            if unit.unknown is not None:
                raise self._odd(unit.unknown)
        directions: tuple[Direction, ...] = ("in", "out")
        return tuple(
            self._filter(unit, family, direction, known)
            for unit in bound
            for family in FAMILIES
            for direction in directions
        )

    def _odd(self, path: Path) -> Exception:
        said = " ".join(one.text for one in path)
        return refuse(self.file, path[-1].line, f"{said!r} is not modelled")

    def _take(self, path: Path) -> None:
        words = [one.text for one in path]
        if "apply-groups" in words or "apply-path" in words:
            what = f"{' '.join(words)!r} is not modelled: what it brings is not written here"
            hint = "show configuration | display inheritance no-comments"
            raise refuse(self.file, path[-1].line, what, hint)
        if words[0] == "firewall":
            self._firewall(path)
        elif words[0] == "interfaces":
            self._interface(path)
        elif words[:2] == ["policy-options", "prefix-list"] and len(path) in (3, 4):
            found = self.lists.setdefault(words[2], [])
            found += [(one.text, one.line) for one in path[3:]]
        elif words[0] not in _ELSEWHERE or "filter" in words:
            raise self._odd(path)

    def _firewall(self, path: Path) -> None:
        rest = path[1:]
        words = [one.text for one in rest]
        if words[:1] == ["filter"]:
            family: Family = 4
        elif words[:1] == ["family"] and len(words) > 1 and words[1] in _FAMILIES:
            family = _FAMILIES[words[1]]
            rest = rest[2:]
        elif words[:1] == ["policer"] or (words[:1] == ["family"] and len(words) > 1):
            return  # A filter of another family, and a policer, do nothing until they are named.
        else:
            raise self._odd(path)
        if len(rest) < 2 or rest[0].text != "filter":
            raise self._odd(path)
        key = family, rest[1].text
        found = self.found.setdefault(key, _Filter(rest[1]))
        self._part(found, rest[2:], path)

    def _part(self, found: _Filter, rest: Path, path: Path) -> None:
        words = [one.text for one in rest]
        if words in ([], ["interface-specific"]):
            return
        if words[0] != "term" or len(words) < 2:
            raise self._odd(path)
        term = found.terms.setdefault(words[1], Term(rest[1]))
        if len(words) > 3 and words[2] == "from":
            term.conditions.setdefault(words[3], []).append(rest[4:])
        elif len(words) > 3 and words[2] == "then":
            term.actions.append(rest[3:])
        elif words[2:] not in ([], ["from"], ["then"]):
            raise self._odd(path)

    def _interface(self, path: Path) -> None:
        words = [one.text for one in path]
        if len(words) < 5 or words[2] != "unit":
            if "filter" in words:
                raise self._odd(path)
            return
        name = f"{words[1]}.{words[3]}"
        unit = self.units.setdefault(name, _Unit(path[3].line, name))
        inside = words[4:]
        if inside[0] == "family" and len(inside) > 3 and inside[2] == "filter":
            self._bind(unit, path)
        elif inside[0] == "family":
            if len(inside) > 2 and inside[2] not in _ON_FAMILIES:
                unit.unknown = unit.unknown or path
        elif inside[0] not in _ON_UNITS:
            unit.unknown = unit.unknown or path

    def _bind(self, unit: _Unit, path: Path) -> None:
        inside = path[4:]
        family = _FAMILIES.get(inside[1].text)
        direction = _DIRECTIONS.get(inside[3].text)
        if family is None or direction is None or len(inside) != 5:
            raise self._odd(path)
        if (family, direction) in unit.bound:
            raise refuse(self.file, path[-1].line, f"{unit.name} has two filters {direction}")
        unit.bound[family, direction] = inside[4]

    def _rules(self, family: Family, one: _Filter) -> tuple[tuple[Rule, ...], bool]:
        """In their order, and whether what none of them accepts is logged."""
        terms = [understood(term, family, self.lists, self.file) for term in one.terms.values()]
        last = next((term for term in terms if term.everything and term.rule is not None), None)
        logs = last is not None and last.logs and last.rule is not None
        rules = tuple(term.rule for term in terms if term.rule is not None)
        return rules, logs and last is not None and rules[-1].action == "drop"

    def _filter(
        self,
        unit: _Unit,
        family: Family,
        direction: Direction,
        known: dict[tuple[Family, str], tuple[tuple[Rule, ...], bool]],
    ) -> Filter:
        name = unit.bound.get((family, direction))
        if name is not None and (family, name.text) not in known:
            raise refuse(self.file, name.line, f"the filter {name.text} is not in this file")
        rules, logs = known[family, name.text] if name is not None else ((), False)
        line = self.found[family, name.text].name.line if name is not None else unit.line
        return Filter(
            device=PurePath(self.file).stem,
            format="junos",
            file=self.file,
            family=family,
            point=direction,
            stateful=False,
            rules=rules,
            default="drop" if name is not None else "accept",
            default_line=line,
            interface=unit.name,
            logs=logs,
        )
