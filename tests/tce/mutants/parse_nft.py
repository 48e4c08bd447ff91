"""A second parser of rulesets of nftables: what is rendered and its mutants, token by token."""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from tests.tce.mutants.meaning import ROUTER, Meaning, NotUnderstoodError
from tests.tce.mutants.space import (
    NUMBERS,
    STATES,
    Range,
    Region,
    boxes,
    everything,
    first_match,
    meet,
    top,
)

_TOKEN = re.compile(r'"[^"\n]*"|#[^\n]*|==|[{}()=;,|&]|[^\s{}();,|&"]+|\n')
_TYPES = {
    "echo-reply": 0,
    "destination-unreachable": 3,
    "echo-request": 8,
    "time-exceeded": 11,
    "parameter-problem": 12,
}
_TYPES_6 = {
    "destination-unreachable": 1,
    "packet-too-big": 2,
    "time-exceeded": 3,
    "parameter-problem": 4,
    "echo-request": 128,
    "echo-reply": 129,
    "nd-neighbor-solicit": 135,
    "nd-neighbor-advert": 136,
}
OTHER = 255
"""The number of an interface that is no leg."""


@dataclass
class _Set:
    types: list[str] = field(default_factory=list)
    elements: list[list[str]] = field(default_factory=list)


@dataclass
class _Chain:
    hook: str = ""
    accepts: bool = True
    rules: list[list[str]] = field(default_factory=list)


def parse(text: str, legs: Sequence[str]) -> Meaning:
    """Raises NotUnderstoodError."""
    return _File(text, legs).meaning()


class _File:
    def __init__(self, text: str, legs: Sequence[str]) -> None:
        self._tokens: list[str] = [one for one in _TOKEN.findall(text) if not one.startswith("#")]
        self._at = 0
        self._legs = {name: number for number, name in enumerate(legs, 1)}
        self._sets: dict[str, _Set] = {}
        self._chains: list[_Chain] = []
        self._versions: tuple[int, ...] = ()
        self._read()

    def _next(self) -> str:
        if self._at == len(self._tokens):
            raise NotUnderstoodError("ends too soon")
        self._at += 1
        return self._tokens[self._at - 1]

    def _peek(self) -> str:
        return self._tokens[self._at] if self._at < len(self._tokens) else ""

    def _line(self) -> list[str]:
        """To the end of a line, with what stands in braces."""
        found: list[str] = []
        depth = 0
        while True:
            one = self._next()
            if one in ("\n", ";") and not depth:
                return found
            depth += (one == "{") - (one == "}")
            if one != "\n":
                found.append(one)

    def _read(self) -> None:
        while self._at < len(self._tokens):
            if self._peek() in ("\n", ";"):
                self._next()
            elif self._peek() == "delete":
                self._line()
                self._sets, self._chains, self._versions = {}, [], ()
            elif self._peek() == "table":
                self._table()
            else:
                raise NotUnderstoodError(f"{self._peek()} at the top")

    def _table(self) -> None:
        _, family, _ = (self._next() for _ in range(3))
        known = {"inet": (4, 6), "ip": (4,), "ip6": (6,)}
        if family not in known:
            raise NotUnderstoodError(f"the family {family}")
        if self._peek() != "{":
            return
        if self._versions:
            raise NotUnderstoodError("two tables")
        self._versions = known[family]
        self._next()
        while (word := self._next()) != "}":
            if word == "set":
                self._set()
            elif word == "chain":
                self._chain()
            elif word != "\n":
                raise NotUnderstoodError(f"{word} in a table")

    def _set(self) -> None:
        name, found = self._next(), _Set()
        self._next()
        while self._peek() != "}":
            line = self._line()
            if line[:1] == ["type"]:
                found.types = [one for one in line[1:] if one != "."]
            elif line[:3] == ["elements", "=", "{"]:
                found.elements = list(_split(line[3:-1], ","))
            elif line and line != ["flags", "interval"]:
                raise NotUnderstoodError(f"{line[0]} in a set")
        self._next()
        if name in self._sets:
            raise NotUnderstoodError(f"the set {name} twice")
        self._sets[name] = found

    def _chain(self) -> None:
        self._next()
        self._next()
        found = _Chain()
        while self._peek() != "}":
            line = self._line()
            if line[:1] == ["type"]:
                # Connection tracking is done before either hook, whatever the priority.
                if line[:3] != ["type", "filter", "hook"] or line[4:5] != ["priority"]:
                    raise NotUnderstoodError(" ".join(line))
                found.hook = line[3]
            elif line[:1] == ["policy"]:
                found.accepts = line[1] == "accept"
            elif line:
                found.rules.append(line)
        self._next()
        if not found.hook:
            raise NotUnderstoodError("a chain that is not at a hook")
        self._chains.append(found)

    def meaning(self) -> Meaning:
        """Of all chains of a hook each has to accept."""
        accepted = {}
        for hook in ROUTER:
            for version in (4, 6):
                found: Region = [everything(version)]
                for chain in self._chains:
                    if chain.hook == hook and version in self._versions:
                        its = self._of(chain, version)
                        met = (meet(one, other) for one in found for other in its)
                        found = [one for one in met if one is not None]
                accepted[hook, version] = found
        if any(chain.hook not in ROUTER for chain in self._chains):
            raise NotUnderstoodError("another hook")
        return Meaning(accepted)

    def _of(self, chain: _Chain, version: int) -> Region:
        rules = []
        for line in chain.rules:
            verdict, region = self._rule(list(line), version)
            if verdict is not None:
                rules.append((verdict, region))
        return first_match(rules, chain.accepts, version)

    def _rule(self, words: list[str], version: int) -> tuple[bool | None, Region]:
        said: dict[str, list[Range]] = {}
        lists: list[tuple[list[str], _Set]] = []
        verdict: bool | None = None
        fits = True

        def limit(name: str, ranges: list[Range]) -> None:
            before = said.get(name)
            if before is not None:
                ranges = [
                    (max(a, c), min(b, d))
                    for a, b in before
                    for c, d in ranges
                    if max(a, c) <= min(b, d)
                ]
            said[name] = ranges

        while words:
            word = words.pop(0)
            if word in ("accept", "drop"):
                verdict = word == "accept"
            elif word == "counter":
                pass
            elif word == "log":
                while words and words[0] not in ("accept", "drop", "counter"):
                    words.pop(0)
            elif word == "meta" and words[:1] == ["nfproto"]:
                fits &= words[1] == {4: "ipv4", 6: "ipv6"}[version]
                del words[:2]
            elif word == "ct" and words[:1] == ["state"]:
                del words[:1]
                limit("state", [(STATES.index(one),) * 2 for one in _values(words)])
            elif word in ("iifname", "oifname"):
                names = [one.strip('"') for one in _values(words)]
                # What the gateway's own programs send each other is no packet of anybody's.
                numbers = [self._legs.get(one, OTHER) for one in names if one != "lo"]
                limit(word[:3], [(one, one) for one in numbers])
            elif word in ("icmp", "icmpv6") and words[:1] == ["type"]:
                del words[:1]
                fits &= version == {"icmp": 4, "icmpv6": 6}[word]
                limit("proto", [(NUMBERS[word],) * 2])
                known = _TYPES if word == "icmp" else _TYPES_6
                limit("type", [(_type(one, known),) * 2 for one in _values(words)])
            elif word == "tcp" and words[:2] == ["flags", "&"]:
                del words[:2]
                limit("proto", [(6, 6)])
                asked = [one for one in _parenthesised(words) if one != "|"]
                if words.pop(0) != "==":
                    raise NotUnderstoodError("flags")
                (wanted,) = _values(words)
                for one in asked:
                    limit(one, [(int(one == wanted),) * 2])
            elif word in ("ip", "ip6", "tcp", "udp", "sctp"):
                fields = [self._field(word, words.pop(0))]
                while words[:1] == ["."]:
                    words.pop(0)
                    other = words.pop(0)
                    fields.append(self._field(other, words.pop(0)))
                for of_version, protocol, _ in fields:
                    fits &= of_version in (None, version)
                    if protocol is not None:
                        limit("proto", [(protocol, protocol)])
                names = [name for _, _, name in fields]
                if words[:1] and words[0].startswith("@"):
                    known_set = self._sets.get(words.pop(0)[1:])
                    if known_set is None or len(known_set.types) != len(names):
                        raise NotUnderstoodError("a set that is not there")
                    lists.append((names, known_set))
                else:
                    limit(names[0], [_range(one, names[0]) for one in _values(words)])
            else:
                raise NotUnderstoodError(f"{word} in a rule")
        if not fits or any(not ranges for ranges in said.values()):
            return verdict, []
        return verdict, [
            one for some in self._listed(said, lists) for one in boxes(version, **some)
        ]

    @staticmethod
    def _field(word: str, name: str) -> tuple[int | None, int | None, str]:
        if word in ("ip", "ip6") and name in ("saddr", "daddr"):
            return {"ip": 4, "ip6": 6}[word], None, {"saddr": "src", "daddr": "dst"}[name]
        if word in ("tcp", "udp", "sctp") and name in ("dport", "sport"):
            return None, NUMBERS[word], name
        raise NotUnderstoodError(f"{word} {name}")

    @staticmethod
    def _listed(
        said: dict[str, list[Range]], lists: list[tuple[list[str], _Set]]
    ) -> Iterator[dict[str, list[Range]]]:
        if not lists:
            yield said
            return
        ((names, one),) = lists
        for element in one.elements:
            values = [one for one in element if one != "."]
            if "comment" in values:
                del values[values.index("comment") :]
            if len(values) != len(names):
                raise NotUnderstoodError("an element of another length")
            yield said | {
                name: [_range(value, name)] for name, value in zip(names, values, strict=True)
            }


def _values(words: list[str]) -> list[str]:
    """One, several in braces, or several with commas."""
    if words[0] == "{":
        end = words.index("}")
        found = [one for one in words[1:end] if one != ","]
        del words[: end + 1]
        return found
    found = [words.pop(0)]
    while words[:1] == [","]:
        words.pop(0)
        found.append(words.pop(0))
    return found


def _parenthesised(words: list[str]) -> list[str]:
    if words[0] != "(":
        return [words.pop(0)]
    end = words.index(")")
    found = words[1:end]
    del words[: end + 1]
    return found


def _split(words: list[str], at: str) -> Iterator[list[str]]:
    part: list[str] = []
    for word in words:
        if word == at:
            yield part
            part = []
        else:
            part.append(word)
    if part:
        yield part


def _type(word: str, known: dict[str, int]) -> int:
    return int(word) if word.isdigit() else known[word]


def _range(word: str, name: str) -> Range:
    first, dash, last = word.partition("-")
    if name in ("sport", "dport"):
        low, high = int(first), int(last if dash else first)
        if high > top(name, 4):
            raise NotUnderstoodError(f"port {high}")
        return low, high
    if dash:
        return int(ipaddress.ip_address(first)), int(ipaddress.ip_address(last))
    network = ipaddress.ip_network(word, strict=False)
    return int(network.network_address), int(network.broadcast_address)
