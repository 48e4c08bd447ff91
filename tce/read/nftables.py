"""nftables as text, as ``nft -f`` loads it: what the gateway's kernel does at forward and input.

Statements are carried out in the order of the file: a table that is deleted is gone. The file is
taken to be the host's whole ruleset. Modelled are filter chains at the hooks forward and input of
tables inet, ip and ip6; any other hook, NAT, notrack, a flowtable, a set that changes by itself or
a word that is not known makes the file not modelled. Where no chain sees a packet the kernel
accepts it: a file without a chain for IPv6 gives a filter for IPv6 that accepts all.

Grammar: nft(8) of nftables 1.0.6.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from tce.read.nft_flatten import flatten
from tce.read.nft_keys import KEYS
from tce.read.nft_match import RuleReader, elements
from tce.read.nft_names import filled
from tce.read.nft_rules import Chain, Meaning, Set, Table, TableName
from tce.read.nft_tokens import Stream, Token
from tce.read.refuse import plain, refuse
from tce.space.filter import Filter

_FAMILIES = ("inet", "ip", "ip6")
_PREFIXES = ("ip", "ip6", "tcp", "udp", "sctp", "th", "icmp", "icmpv6", "ct", "meta")
_STEADY = ("interval", "constant")


def read(text: str, file: str, legs: Sequence[str] = ()) -> tuple[Filter, ...]:
    """Four filters: forward and input, each for both families; raises NotModelledError.

    ``legs`` are the gateway's interfaces in the order of their numbers, from 1; ``lo`` is none.
    """
    stream = filled(Stream(plain(text, file, tabs=True), file))
    return flatten(_Reader(stream, Meaning(file, legs)).tables(), file)


@dataclass
class _Waiting:
    """A rule whose sets may come later in the file."""

    table: Table
    chain: Chain
    stream: Stream


class _Reader:
    def __init__(self, stream: Stream, meaning: Meaning) -> None:
        self.stream = stream
        self.meaning = meaning
        self.found: dict[TableName, Table] = {}
        self.waiting: list[_Waiting] = []

    def tables(self) -> tuple[Table, ...]:
        """What is there once the whole file is carried out."""
        while self.stream.now.kind != "end":
            if not self._separated():
                self._command()
                self._end()
        there = {id(one) for one in self.found.values()}
        for one in self.waiting:
            if id(one.table) in there:
                reader = RuleReader(one.stream, one.table.sets, self.meaning)
                one.chain.rules.append(reader.read())
        return tuple(self.found.values())

    def _end(self) -> None:
        if self.stream.now.kind != "end" and not self.stream.ends():
            raise self.stream.odd(self.stream.now)

    def _command(self) -> None:
        stream = self.stream
        token = stream.word()
        if token.text == "flush":
            stream.expect("ruleset")
            self.found.clear()
        elif token.text in ("delete", "destroy"):
            stream.expect("table")
            self.found.pop(self._table_name(), None)
        elif token.text == "table":
            self._table()
        elif token.text == "add":
            self._add()
        else:
            raise stream.odd(token)

    def _table_name(self) -> TableName:
        family = "ip"
        if self.stream.now.text in (*_FAMILIES, "arp", "bridge", "netdev"):
            token = self.stream.take()
            family = token.text
            if family not in _FAMILIES:
                raise refuse(self.stream.file, token.line, f"tables of {family} are not modelled")
        return family, self.stream.word().text

    def _table(self) -> None:
        line = self.stream.now.line
        name = self._table_name()
        table = self.found.setdefault(name, Table(line, *name))
        if self.stream.skip("{"):
            while not self._closed():
                self._part(table)
                self._end()

    def _closed(self) -> bool:
        while self._separated():
            pass
        if self.stream.now.kind == "end":
            raise self.stream.odd(self.stream.now, "comes before a block's }")
        return self.stream.skip("}")

    def _separated(self) -> bool:
        if self.stream.now.kind == "newline" or self.stream.now.text == ";":
            self.stream.place += 1
            return True
        return False

    def _part(self, table: Table) -> None:
        stream = self.stream
        token = stream.word()
        if token.text == "chain":
            self._chain(table)
        elif token.text in ("set", "map"):
            self._set(table, maps=token.text == "map")
        elif token.text == "comment":
            stream.word()
        elif token.text == "counter":
            stream.word()
            if stream.now.text == "{":
                stream.over()
        else:
            raise stream.odd(token)

    def _add(self) -> None:
        stream = self.stream
        token = stream.word()
        if token.text == "table":
            self._table()
            return
        line = stream.now.line
        name = self._table_name()
        table = self.found.get(name)
        if table is None:
            raise refuse(stream.file, line, f"there is no table {' '.join(name)}")
        if token.text == "chain":
            self._chain(table)
        elif token.text in ("set", "map"):
            self._set(table, maps=token.text == "map")
        elif token.text == "element":
            one = stream.word()
            if one.text not in table.sets:
                raise refuse(stream.file, one.line, f"there is no set {one.text}")
            stream.expect("{")
            found = table.sets[one.text]
            found.elements += elements(stream, maps=found.maps)
        elif token.text == "rule":
            one = stream.word()
            if one.text not in table.chains:
                raise refuse(stream.file, one.line, f"there is no chain {one.text}")
            self._rule(table, table.chains[one.text])
        else:
            raise stream.odd(token)

    def _rule(self, table: Table, chain: Chain) -> None:
        start = self.stream.place
        self.stream.over()
        rule = self.stream.part(start, self.stream.place)
        self.waiting.append(_Waiting(table, chain, rule))

    def _chain(self, table: Table) -> None:
        name = self.stream.word()
        chain = table.chains.setdefault(name.text, Chain(name.line, name.text))
        if self.stream.skip("{"):
            while not self._closed():
                if self.stream.skip("type"):
                    self._hook(chain)
                elif self.stream.skip("policy"):
                    self._policy(chain)
                elif self.stream.skip("comment"):
                    self.stream.word()
                else:
                    self._rule(table, chain)
                self._end()

    def _hook(self, chain: Chain) -> None:
        stream = self.stream
        kind = stream.word()
        if kind.text != "filter":
            raise refuse(stream.file, kind.line, f"chains of type {kind.text} are not modelled")
        stream.expect("hook")
        hook = stream.word()
        if hook.text not in ("forward", "input"):
            raise refuse(stream.file, hook.line, f"the hook {hook.text} is not modelled")
        if chain.hook is not None:
            raise refuse(stream.file, hook.line, f"the chain {chain.name} has two hooks")
        chain.hook, chain.policy_line = hook.text, hook.line
        stream.expect("priority")
        stream.skip("-")
        stream.word()
        while stream.now.text in ("+", "-"):
            stream.take()
            stream.word()

    def _policy(self, chain: Chain) -> None:
        token = self.stream.word()
        match token.text:
            case "accept" | "drop":
                chain.policy, chain.policy_line = token.text, token.line
            case _:
                raise self.stream.odd(token)

    def _set(self, table: Table, *, maps: bool) -> None:
        stream = self.stream
        name = stream.word()
        if name.text in table.sets:
            raise refuse(stream.file, name.line, f"the set {name.text} is declared twice")
        found = Set(name.line, (), maps)
        stream.expect("{")
        while not self._closed():
            self._set_part(found, maps=maps)
            self._end()
        if not found.kinds:
            raise refuse(stream.file, name.line, f"the set {name.text} has no type")
        table.sets[name.text] = found

    def _set_part(self, found: Set, *, maps: bool) -> None:
        stream = self.stream
        token = stream.word()
        match token.text:
            case "type" | "typeof":
                found.kinds = self._kinds()
                if maps:
                    stream.expect(":")
                    stream.expect("verdict")
            case "flags":
                self._flags()
            case "elements":
                stream.expect("=")
                stream.blank()
                stream.expect("{")
                found.elements += elements(stream, maps=maps)
            case "size" | "comment" | "policy":
                stream.word()
            case "auto-merge" | "counter":
                pass
            case _:
                raise stream.odd(token)

    def _flags(self) -> None:
        while True:
            token = self.stream.word()
            if token.text not in _STEADY:
                what = f"a set that is {token.text} is not modelled"
                raise refuse(self.stream.file, token.line, what)
            if not self.stream.skip(","):
                return

    def _kinds(self) -> tuple[str, ...]:
        """``ipv4_addr . inet_service``, ``ip saddr . iifname``."""
        found = []
        while True:
            token = self.stream.word()
            found.append(self._kind(token))
            if not self.stream.skip("."):
                return tuple(found)

    def _kind(self, token: Token) -> str:
        if token.text in _PREFIXES:
            return f"{token.text} {self.stream.word().text}"
        return f"meta {token.text}" if f"meta {token.text}" in KEYS else token.text
