"""One term of a firewall filter of Junos: which packets it fits and what it does with them.

From the routing policy guide ("Guidelines for Configuring Firewall Filters", "How Standard Firewall
Filters Evaluate Packets", the tables of match conditions): all kinds of conditions have to fit,
of each kind any value; a term without ``from`` fits everything, one without an action accepts.
``except`` takes a prefix out again, the longest prefix that holds an address decides.

Junos looks at the bytes that a condition names and at nothing else: "there is no implied protocol
match". Ports, flags and ICMP types without their protocol are therefore not modelled. In a later
fragment of IPv4 those bytes are any: an accept is taken to fit all later fragments with the term's
addresses and protocol, a discard none. In IPv6 ``next-header`` is the first header only, which in
all fragments is 44; packets with other headers before their protocol are outside of the model and
fit no term that names a protocol.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from ipaddress import ip_network
from typing import Literal, TypeAlias

from tce.read.boxes import boxes
from tce.read.junos_flags import flags
from tce.read.junos_names import CODES, EXTENSIONS, FRAGMENT_HEADER, MESSAGES, PORTS, PROTOCOLS
from tce.read.junos_paths import Path, Word
from tce.read.ranges import Ranges, every, meet, prefix, rest, union
from tce.read.refuse import refuse
from tce.space.filter import Action, Rule
from tce.space.header import ICMP, ICMP6, SCTP, TCP, UDP, Box, Family, Field, Range

Step: TypeAlias = Literal["accept", "drop", "next"]
PrefixLists: TypeAlias = Mapping[str, Sequence[tuple[str, int]]]
"""Prefixes and their lines, by name."""
_PORTED = frozenset((TCP, UDP, SCTP))
_LAST = {"port": 65_535, "message": 255}
_WHOLE: Ranges = ((0, 0),)
_LATER: Ranges = ((1, 1),)
_ANY: Ranges = ((0, 1),)
_HARMLESS = ("count", "log", "syslog", "forwarding-class", "loss-priority")
_ENDS: Mapping[str, tuple[Field, ...]] = {
    "source": (Field.SRC,),
    "destination": (Field.DST,),
    "": (Field.SRC, Field.DST),
}
_PORT_FIELDS: Mapping[str, tuple[Field, ...]] = {
    "source-port": (Field.SPORT,),
    "destination-port": (Field.DPORT,),
    "port": (Field.SPORT, Field.DPORT),
}


@dataclass
class Term:
    """As it is written down."""

    name: Word
    conditions: dict[str, list[Path]] = field(default_factory=dict)
    """By their first word; what follows it."""
    actions: list[Path] = field(default_factory=list)


@dataclass(frozen=True)
class Understood:
    """A term as a rule; None where it decides nothing."""

    rule: Rule | None
    logs: bool
    everything: bool


def understood(term: Term, family: Family, lists: PrefixLists, file: str) -> Understood:
    """Raises NotModelledError."""
    return _Reader(term, family, lists, file).read()


class _Reader:
    def __init__(self, term: Term, family: Family, lists: PrefixLists, file: str) -> None:
        self.term = term
        self.family = family
        self.lists = lists
        self.file = file
        self.left = dict(term.conditions)

    def read(self) -> Understood:
        step, logs = self._action()
        found = self._boxes("drop" if step == "drop" else "accept")
        everything = found == boxes(self.family, {})
        if step == "next" or (not found and self.term.conditions):
            return Understood(None, logs, everything)
        action: Action = "drop" if step == "drop" else "accept"
        text = f"term {self.term.name.text}"
        return Understood(Rule(self.term.name.line, text, action, found), logs, everything)

    def _action(self) -> tuple[Step, bool]:
        steps: list[Step] = []
        logs = False
        for path in self.term.actions:
            words = [one.text for one in path]
            if words in (["accept"], ["discard"]):
                steps.append("accept" if words == ["accept"] else "drop")
            elif words[:1] == ["reject"]:
                steps.append("drop")
            elif words == ["next", "term"]:
                steps.append("next")
            elif words and words[0] in _HARMLESS:
                logs |= words[0] in ("log", "syslog")
            elif words:
                raise self._odd(path)
        if len(steps) > 1:
            raise refuse(self.file, self.term.name.line, "a term with more than one action")
        return steps[0] if steps else "accept", logs

    def _odd(self, path: Path) -> Exception:
        said = " ".join(one.text for one in path)
        return refuse(self.file, path[0].line, f"{said!r} is not modelled")

    def _boxes(self, action: Action) -> tuple[Box, ...]:
        ends = self._addresses()
        ports = self._ports()
        high = {**self._flags(), **self._messages()}
        fragment = self._fragments()
        protocols = self._protocols(action)
        if self.left:
            name, values = next(iter(self.left.items()))
            line = values[0][0].line if values and values[0] else self.term.name.line
            raise refuse(self.file, line, f"the condition {name} is not modelled")
        self._check(protocols, ports=ports != [{}], high=high)
        found: list[Box] = []
        for end in ends:
            for port in ports:
                for needs in protocols:
                    low = {**end, **needs}
                    low[Field.FRAGMENT] = meet(fragment, needs.get(Field.FRAGMENT, _ANY))
                    found += self._fits(action, low, {**high, **port})
        return tuple(found)

    def _fits(
        self, action: Action, low: dict[Field, Ranges], high: dict[Field, Ranges]
    ) -> Iterable[Box]:
        fragment = low.pop(Field.FRAGMENT)
        if not high:
            wanted = {} if fragment == _ANY else {Field.FRAGMENT: fragment}
            return boxes(self.family, {**low, **wanted})
        whole = boxes(self.family, {**low, **high, Field.FRAGMENT: meet(fragment, _WHOLE)})
        if action == "drop":
            return whole
        return (*whole, *boxes(self.family, {**low, Field.FRAGMENT: meet(fragment, _LATER)}))

    def _taken(self, name: str) -> list[Path]:
        return self.left.pop(name, [])

    def _values(self, name: str, read: Callable[[str], Range]) -> Ranges | None:
        """Any of the values of a condition, or none of those of ``<name>-except``."""
        listed = self._taken(name)
        excluded = self._taken(f"{name}-except")
        if not listed and not excluded:
            return None
        if listed and excluded:
            raise refuse(self.file, self.term.name.line, f"{name} and {name}-except in one term")
        found = []
        for path in listed or excluded:
            if len(path) != 1:
                raise self._odd((Word(name, self.term.name.line), *path))
            try:
                found.append(read(path[0].text))
            except ValueError as error:
                raise refuse(self.file, path[0].line, str(error)) from error
        return (
            union(found) if listed else rest(found, _LAST["port" if "port" in name else "message"])
        )

    def _addresses(self) -> list[dict[Field, Ranges]]:
        found: list[dict[Field, Ranges]] = [{}]
        for end, fields in _ENDS.items():
            fits = self._prefixes(f"{end}-" if end else "")
            if fits is not None:
                found = [_with(one, name, fits) for one in found for name in fields]
        return found

    def _named(self, name: str) -> list[Path]:
        """Values of a condition, each of which has words."""
        found = self._taken(name)
        if not all(found):
            raise refuse(self.file, self.term.name.line, f"{name} without a value")
        return found

    def _prefixes(self, end: str) -> Ranges | None:
        said = [(path[0].text, path[0].line, path) for path in self._named(f"{end}address")]
        listed = self._named(f"{end}prefix-list")
        if said and listed:
            what = f"{end}address and {end}prefix-list in one term"
            raise refuse(self.file, self.term.name.line, what)
        for path in listed:
            if path[0].text not in self.lists:
                raise refuse(self.file, path[0].line, f"there is no prefix list {path[0].text}")
            own = [one for one in self.lists[path[0].text] if (":" in one[0]) == (self.family == 6)]
            if not own:
                what = f"the prefix list {path[0].text} has no prefix of IPv{self.family}"
                raise refuse(self.file, path[0].line, what)
            said += [(one, path[0].line, path) for one, _ in own]
        return self._longest(said) if said else None

    def _longest(self, said: Iterable[tuple[str, int, Path]]) -> Ranges:
        """What the longest prefix that holds it does not except."""
        known: dict[Range, bool] = {}
        for text, line, path in said:
            words = [one.text for one in path[1:]]
            if words not in ([], ["except"]):
                raise self._odd(path)
            try:
                ip_network(text)
                low_high = prefix(text, self.family)
            except ValueError as error:
                raise refuse(self.file, line, f"{text} is no prefix") from error
            if known.setdefault(low_high, not words) is bool(words):
                raise refuse(self.file, line, f"{text} is both meant and excepted")
        if not any(known.values()):
            raise refuse(self.file, self.term.name.line, "prefixes that are only excepted")
        last = (1 << (32 if self.family == 4 else 128)) - 1
        found: Ranges = ()
        for low_high in sorted(known, key=lambda one: one[0] - one[1]):
            if known[low_high]:
                found = union((*found, low_high))
            else:
                found = meet(found, rest([low_high], last))
        return found

    def _ports(self) -> list[dict[Field, Ranges]]:
        found: list[dict[Field, Ranges]] = [{}]
        for name, fields in _PORT_FIELDS.items():
            negated = f"{name}-except" in self.left
            fits = self._values(name, lambda text: _range(text, PORTS, _LAST["port"]))
            if fits is None:
                continue
            if negated and len(fields) == 2:
                found = [_with(_with(one, fields[0], fits), fields[1], fits) for one in found]
            else:
                found = [_with(one, field_, fits) for one in found for field_ in fields]
        return found

    def _flags(self) -> dict[Field, Ranges]:
        found: Ranges | None = None
        for name in ("tcp-established", "tcp-initial", "tcp-flags"):
            for path in self._taken(name):
                text = name if name != "tcp-flags" else " ".join(one.text for one in path)
                try:
                    fits = flags(text)
                except ValueError as error:
                    raise refuse(self.file, self.term.name.line, str(error)) from error
                if found is not None:
                    raise refuse(self.file, self.term.name.line, "flags are asked for twice")
                found = fits
        return {} if found is None else {Field.FLAGS: found}

    def _messages(self) -> dict[Field, Ranges]:
        kinds = self._values("icmp-type", lambda text: _range(text, MESSAGES[self.family], 255))
        codes_named = CODES if self.family == 4 else {}
        codes = self._values("icmp-code", lambda text: _range(text, codes_named, 255))
        if kinds is None and codes is None:
            return {}
        if codes is None:
            return {Field.ICMP: tuple((low * 256, high * 256 + 255) for low, high in kinds or ())}
        if kinds is None:
            raise refuse(self.file, self.term.name.line, "icmp-code without icmp-type")
        return {
            Field.ICMP: union(
                (kind * 256 + first, kind * 256 + last)
                for low, high in kinds
                for kind in range(low, high + 1)
                for first, last in codes
            )
        }

    def _fragments(self) -> Ranges:
        """What is said of fragments in so many words."""
        fits: Ranges = _ANY
        for path in self._taken("is-fragment"):
            if self.family == 6 or path:
                raise self._odd((Word("is-fragment", self.term.name.line), *path))
            fits = meet(fits, _LATER)
        offsets = self._values("fragment-offset", lambda text: _range(text, {}, 8191))
        if offsets is None:
            return fits
        known = {((0, 0),): _WHOLE, ((1, 8191),): _LATER}
        if self.family == 6 or offsets not in known:
            raise refuse(self.file, self.term.name.line, "this fragment-offset is not modelled")
        return meet(fits, known[offsets])

    def _protocols(self, action: Action) -> list[dict[Field, Ranges]]:
        """One need for each way to fit."""
        own, other = ("protocol", "") if self.family == 4 else ("next-header", "payload-protocol")
        numbers = self._values(own, lambda text: _range(text, PROTOCOLS, 255))
        payload = self._values(other, lambda text: _range(text, PROTOCOLS, 255)) if other else None
        if numbers is None and payload is None:
            return [{}]
        if numbers is not None and payload is not None:
            raise refuse(self.file, self.term.name.line, f"{own} and {other} in one term")
        if payload is not None:
            fragment = _WHOLE if action == "drop" else _ANY
            return [{Field.PROTO: payload, Field.FRAGMENT: fragment}]
        if self.family == 4:
            return [{Field.PROTO: numbers or ()}]
        return list(self._next_headers(numbers or (), action))

    def _next_headers(self, numbers: Ranges, action: Action) -> Iterable[dict[Field, Ranges]]:
        def holds(one: int) -> bool:
            return any(low <= one <= high for low, high in numbers)

        outside = [one for one in (*EXTENSIONS, FRAGMENT_HEADER) if holds(one)]
        if outside and action == "accept":
            what = "accepting what has a header before its protocol is not modelled"
            raise refuse(self.file, self.term.name.line, what)
        if holds(FRAGMENT_HEADER):
            yield {Field.FRAGMENT: _LATER}
        away = rest([(one, one) for one in outside], 255)
        inside = meet(numbers, away)
        if inside:
            yield {Field.PROTO: inside, Field.FRAGMENT: _WHOLE}

    def _check(
        self,
        protocols: Iterable[Mapping[Field, Ranges]],
        *,
        ports: bool,
        high: Mapping[Field, Ranges],
    ) -> None:
        """That what is asked of a protocol's header is asked of that protocol."""
        wanted: list[tuple[str, frozenset[int]]] = []
        if ports:
            wanted.append(("ports", _PORTED))
        if Field.FLAGS in high:
            wanted.append(("flags", frozenset((TCP,))))
        if Field.ICMP in high:
            wanted.append(("icmp types", frozenset((ICMP if self.family == 4 else ICMP6,))))
        for needs in protocols:
            held = needs.get(Field.PROTO, every(Field.PROTO, self.family))
            for what, known in wanted:
                if any(one not in known for low, high_ in held for one in range(low, high_ + 1)):
                    line = self.term.name.line
                    raise refuse(self.file, line, f"{what} without a protocol that has them")


def _with(needs: Mapping[Field, Ranges], name: Field, fits: Ranges) -> dict[Field, Ranges]:
    return {**needs, name: meet(needs[name], fits) if name in needs else fits}


def _range(text: str, names: Mapping[str, int], highest: int) -> Range:
    """A name, a number, or ``first-last``; raises ValueError."""
    if text in names:
        return names[text], names[text]
    first, dash, last = text.partition("-")
    numbers = [first, last] if dash else [first]
    if not all(one.isascii() and one.isdigit() and int(one) <= highest for one in numbers):
        raise ValueError(f"the value {text} is not modelled")
    low, high = int(numbers[0]), int(numbers[-1])
    if low > high:
        raise ValueError(f"the range {text} goes down")
    return low, high
