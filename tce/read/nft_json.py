"""What ``nft -j list ruleset`` says: what a live kernel holds (libnftables-json(5), schema 1).

The same rules, sets and chains as in text, and the same is refused. Lines are those where an object
begins; ``nft`` itself writes everything on one, so that texts name the rule's handle.
"""

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypeAlias

from tce.read.nft_flatten import flatten
from tce.read.nft_keys import KEYS, Key
from tce.read.nft_rules import (
    Chain,
    Clause,
    Element,
    Line,
    Meaning,
    Set,
    Table,
    TableName,
    Verdict,
)
from tce.read.ranges import Ranges, flag_bits, flags_any, flags_where, rest
from tce.read.refuse import refuse
from tce.space.filter import Filter

Value: TypeAlias = Any
"""What JSON can hold; every use checks what it is."""
_BEGIN = re.compile(r'\s*\{\s*"nftables"\s*:\s*\[')
_END = re.compile(r"\s*\]\s*\}\s*\Z")
_STEPS = ("accept", "drop", "return")
_STEADY = ("interval", "constant")
_HARMLESS = ("counter", "log")
_ALL_FLAGS = 63


def read(text: str, file: str, legs: Sequence[str] = ()) -> tuple[Filter, ...]:
    """Four filters: forward and input, each for both families; raises NotModelledError."""
    reader = _Reader(Meaning(file, legs))
    for line, value in _objects(text, file):
        reader.take(line, value)
    return flatten(reader.tables(), file)


def _objects(text: str, file: str) -> Iterator[tuple[int, Value]]:
    """What the list of the schema holds, each with the line where it begins."""
    found = _BEGIN.match(text)
    if found is None:
        raise refuse(file, 1, "not what nft -j list ruleset says")
    decoder = json.JSONDecoder()
    place, counted, line = found.end(), 0, 1
    while _END.match(text, place) is None:
        place += len(text[place:]) - len(text[place:].lstrip(" \t\r\n,"))
        line += text.count("\n", counted, place)
        counted = place
        try:
            value, place = decoder.raw_decode(text, place)
        except (ValueError, RecursionError) as error:
            raise refuse(file, line, "no JSON that is complete") from error
        yield line, value


@dataclass
class _Waiting:
    """A rule whose sets may come later."""

    table: Table
    chain: Chain
    line: int
    handle: int
    statements: list[Value]


class _Reader:
    def __init__(self, meaning: Meaning) -> None:
        self.meaning = meaning
        self.file = meaning.file
        self.found: dict[TableName, Table] = {}
        self.waiting: list[_Waiting] = []

    def tables(self) -> tuple[Table, ...]:
        """All of them, with their rules."""
        for one in self.waiting:
            one.chain.rules.append(_Rule(self.meaning, one).read())
        return tuple(self.found.values())

    def take(self, line: int, value: Value) -> None:
        """One object of the list."""
        if not isinstance(value, dict) or len(value) != 1:
            raise refuse(self.file, line, "no object of nft's schema")
        kind, what = next(iter(value.items()))
        if kind == "metainfo" or kind == "counter":
            return
        if not isinstance(what, dict) or kind not in ("table", "chain", "set", "map", "rule"):
            raise refuse(self.file, line, f"{kind} is not modelled")
        family = what.get("family")
        if family not in ("inet", "ip", "ip6"):
            raise refuse(self.file, line, f"tables of {family} are not modelled")
        if kind == "table":
            self._known(line, what, {"family", "name", "handle", "comment"})
            name = str(what.get("name"))
            self.found[family, name] = Table(line, family, name)
            return
        table = self.found.get((family, str(what.get("table"))))
        if table is None:
            raise refuse(self.file, line, f"there is no table {what.get('table')}")
        if kind == "chain":
            self._chain(line, table, what)
        elif kind == "rule":
            self._rule(line, table, what)
        else:
            self._set(line, table, what, maps=kind == "map")

    def _known(self, line: int, what: Mapping[str, Value], names: set[str]) -> None:
        odd = sorted(set(what) - names)
        if odd:
            raise refuse(self.file, line, f"{odd[0]} is not modelled")

    def _chain(self, line: int, table: Table, what: Mapping[str, Value]) -> None:
        names = {"family", "table", "name", "handle", "comment", "type", "hook", "prio", "policy"}
        self._known(line, what, names)
        chain = Chain(line, str(what.get("name")))
        if "hook" in what:
            if what.get("type") != "filter" or what["hook"] not in ("forward", "input"):
                said = f"the chain {chain.name} ({what.get('type')}, hook {what['hook']})"
                raise refuse(self.file, line, f"{said} is not modelled")
            chain.hook, chain.policy_line = str(what["hook"]), line
            match what.get("policy", "accept"):
                case "accept" | "drop" as policy:
                    chain.policy = policy
                case other:
                    raise refuse(self.file, line, f"the policy {other} is not modelled")
        table.chains[chain.name] = chain

    def _rule(self, line: int, table: Table, what: Mapping[str, Value]) -> None:
        self._known(line, what, {"family", "table", "chain", "handle", "comment", "expr", "index"})
        chain = table.chains.get(str(what.get("chain")))
        statements = what.get("expr")
        if chain is None or not isinstance(statements, list):
            raise refuse(self.file, line, "a rule without its chain or its statements")
        handle = what.get("handle", 0)
        self.waiting.append(_Waiting(table, chain, line, handle, statements))

    def _set(self, line: int, table: Table, what: Mapping[str, Value], *, maps: bool) -> None:
        names = {"family", "table", "name", "handle", "comment", "type", "flags", "elem", "size"}
        self._known(line, what, names | {"policy", "auto-merge", "map", "stmt"})
        name = str(what.get("name"))
        for flag in _listed(what.get("flags", [])):
            if flag not in _STEADY:
                raise refuse(self.file, line, f"a set that is {flag} is not modelled")
        for statement in _listed(what.get("stmt", [])):
            if not isinstance(statement, dict) or set(statement) != {"counter"}:
                raise refuse(self.file, line, f"the set {name} does something to packets")
        if maps and what.get("map") != "verdict":
            raise refuse(self.file, line, f"a map of {what.get('map')} is not modelled")
        kinds = tuple(str(one) for one in _listed(what.get("type")))
        found = Set(line, kinds, maps)
        given = _listed(what.get("elem", []))
        found.elements += [element(one, line, self.file, maps=maps) for one in given]
        table.sets[name] = found


def _listed(value: Value) -> list[Value]:
    return value if isinstance(value, list) else [value]


def element(value: Value, line: int, file: str, *, maps: bool) -> Element:
    """One of a set, or of a map of verdicts."""
    then = None
    text = json.dumps(value, separators=(",", ":"))
    if maps:
        if not isinstance(value, list) or len(value) != 2:
            raise refuse(file, line, f"{text} is not modelled")
        value, then = value[0], verdict(value[1], line, file)
    if isinstance(value, dict) and "elem" in value:
        inside = value["elem"]
        if not isinstance(inside, dict) or set(inside) - {"val", "comment", "counter"}:
            raise refuse(file, line, f"{text} is not modelled")
        value = inside.get("val")
    parts = value["concat"] if isinstance(value, dict) and "concat" in value else [value]
    return Element(tuple(_part(one, line, file) for one in _listed(parts)), line, text, then)


def _part(value: Value, line: int, file: str) -> str:
    """A value in the words that text has for it."""
    match value:
        case bool() | None:
            pass
        case str() if value != "*":
            return value
        case int():
            return str(value)
        case {"prefix": {"addr": str(start), "len": int(length)}}:
            return f"{start}/{length}"
        case {"range": [(str() | int()) as first, (str() | int()) as last]}:
            return f"{_part(first, line, file)}-{_part(last, line, file)}"
    raise refuse(file, line, f"the value {json.dumps(value)} is not modelled")


def verdict(value: Value, line: int, file: str) -> Verdict:
    """One of them, where one has to be."""
    match value:
        case {"accept": _}:
            return Verdict("accept")
        case {"drop": _} | {"reject": _}:
            return Verdict("drop")
        case {"return": _}:
            return Verdict("return")
        case {"jump": {"target": str(chain)}}:
            return Verdict("jump", chain)
        case {"goto": {"target": str(chain)}}:
            return Verdict("goto", chain)
        case _:
            raise refuse(file, line, f"{json.dumps(value)} is not modelled")


class _Rule:
    def __init__(self, meaning: Meaning, given: _Waiting) -> None:
        self.meaning = meaning
        self.file = meaning.file
        self.given = given
        self.line = given.line
        said = json.dumps(given.statements, separators=(",", ":"))
        self.text = f"handle {given.handle}: {said}"
        self.logs = False
        self.limited = False

    def read(self) -> Line:
        """The rule; raises NotModelledError."""
        clauses: list[Clause] = []
        then: Verdict | None = None
        over = False
        for one in self.given.statements:
            if over or not isinstance(one, dict) or len(one) != 1:
                raise self._odd(one)
            kind, what = next(iter(one.items()))
            if kind in _HARMLESS:
                self.logs |= kind == "log"
            elif kind == "limit":
                self.limited = True
            elif kind == "match":
                clauses.append(self._match(what))
            elif kind == "vmap":
                clauses.append(self._map(what))
                over = True
            elif kind == "continue":
                over = True
            else:
                then, over = verdict(one, self.line, self.file), True
        if self.limited and over:
            raise refuse(self.file, self.line, "a verdict under a limit is not modelled")
        logs = self.logs and not self.limited
        return Line(self.line, self.text, tuple(clauses), then, logs)

    def _odd(self, value: Value) -> Exception:
        return refuse(self.file, self.line, f"{json.dumps(value)} is not modelled")

    def _map(self, what: Value) -> Clause:
        keys = self._keys(what.get("key"))
        data = what.get("data")
        if isinstance(data, str) and data.startswith("@"):
            given = self.meaning.named(self.given.table.sets, data[1:], keys, self.line, maps=True)
            return self.meaning.clause(keys, given, self.line, named=True)
        if not isinstance(data, dict) or not _listed(data.get("set")):
            raise self._odd(what)
        given = [element(one, self.line, self.file, maps=True) for one in data["set"]]
        return self.meaning.clause(keys, given, self.line)

    def _match(self, what: Value) -> Clause:
        if not isinstance(what, dict) or set(what) != {"op", "left", "right"}:
            raise self._odd(what)
        left, right, sign = what["left"], what["right"], what["op"]
        masked = left.get("&") if isinstance(left, dict) else None
        keys = self._keys(masked[0] if isinstance(masked, list) and len(masked) == 2 else left)
        if len(keys) == 1 and keys[0].kind == "tcp_flag":
            return self._where(keys[0], self._flags(masked, sign, right, what))
        if len(keys) == 1 and keys[0].kind == "frag_off":
            if not masked or masked[1] != 8191 or right != 0 or sign not in ("==", "!="):
                raise self._odd(what)
            return self._where(keys[0], ((1, 1),) if sign == "!=" else ((0, 0),))
        if masked is not None or sign not in ("==", "!=", "in"):
            raise self._odd(what)
        return self._values(keys, right, negated=sign == "!=")

    def _where(self, key: Key, fits: Ranges) -> Clause:
        return self.meaning.where(key, fits, self.line, self.text)

    def _values(self, keys: Sequence[Key], right: Value, *, negated: bool) -> Clause:
        if isinstance(right, str) and right.startswith("@"):
            given = self.meaning.named(
                self.given.table.sets, right[1:], keys, self.line, maps=False
            )
            return self.meaning.clause(keys, given, self.line, negated=negated, named=True)
        values = [right]
        if isinstance(right, dict) and "set" in right:
            values = _listed(right["set"])
        elif isinstance(right, list):
            if [one.kind for one in keys] != ["ct_state"] or negated:
                raise self._odd(right)
            values = right
        if not values:
            raise self._odd(right)
        given = [element(one, self.line, self.file, maps=False) for one in values]
        return self.meaning.clause(keys, given, self.line, negated=negated)

    def _keys(self, value: Value) -> list[Key]:
        if isinstance(value, dict) and "concat" in value:
            return [self._key(one) for one in _listed(value["concat"])]
        return [self._key(value)]

    def _key(self, value: Value) -> Key:
        match value:
            case {"payload": {"protocol": str(protocol), "field": str(name), **more}} if not more:
                said = f"{protocol} {name}"
            case {"meta": {"key": str(name), **more}} if not more:
                said = f"meta {name}"
            case {"ct": {"key": str(name), **more}} if not more:
                said = f"ct {name}"
            case _:
                raise self._odd(value)
        if said not in KEYS:
            raise refuse(self.file, self.line, f"{said} is not modelled")
        return KEYS[said]

    def _flags(self, masked: Value, sign: Value, right: Value, what: Value) -> Ranges:
        if masked is None and sign == "in":
            return flags_any(self._bits(right))
        if masked is None and sign == "!":
            return rest(flags_any(self._bits(right)), _ALL_FLAGS)
        if masked is None or sign not in ("==", "!="):
            raise refuse(
                self.file,
                self.line,
                "TCP flags compared as a whole are not modelled: ECN's flags are among them",
            )
        mask, value = self._bits(masked[1]), 0 if right == 0 else self._bits(right)
        fits = flags_where(mask, value) if value & ~mask == 0 else ()
        return fits if sign == "==" else rest(fits, _ALL_FLAGS)

    def _bits(self, value: Value) -> int:
        names = value["|"] if isinstance(value, dict) and set(value) == {"|"} else value
        try:
            return flag_bits(str(one) for one in _listed(names))
        except ValueError as error:
            raise refuse(self.file, self.line, str(error)) from error
