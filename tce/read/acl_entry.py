"""One entry of an access list: ``permit tcp 10.0.0.0 0.0.0.255 any eq 443 established log``.

Which packets it fits follows Cisco ("IP Extended Access Lists with Fragment Control"; white paper
8014, "Access Control Lists and IP Fragments"): an entry with ports, flags or types fits packets
that are whole and first fragments; of later fragments, which have none of these, a permit fits all
with its addresses and protocol, a deny none. ``fragments`` fits later fragments only.
``established`` is ACK or RST. ``ip`` and ``ipv6`` are any protocol.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

from tce.read.acl_config import Line
from tce.read.acl_names import Message
from tce.read.boxes import boxes
from tce.read.ranges import (
    Ranges,
    address,
    every,
    flag_bits,
    flags_any,
    flags_where,
    prefix,
    rest,
    union,
    wildcard,
)
from tce.read.refuse import refuse
from tce.space.filter import Action, Rule
from tce.space.header import FLAGS, ICMP, ICMP6, SCTP, TCP, UDP, Box, Family, Field

_LAST_PORT = 65_535
_OPERATORS = ("eq", "neq", "gt", "lt", "range")
_ESTABLISHED: Ranges = ((16, 63),)
"""ACK, RST or both."""


@dataclass(frozen=True)
class Service:
    """A protocol and ports or types of it, as an object group of IOS holds them."""

    protocol: int | None
    """None: any."""
    layer4: Mapping[Field, Ranges] = field(default_factory=dict)


@dataclass(frozen=True)
class Dialect:
    """What differs between vendors."""

    any_word: Mapping[Family, str]
    protocols: Mapping[Family, Mapping[str, int]]
    tcp_ports: Mapping[str, int]
    udp_ports: Mapping[str, int]
    messages: Mapping[Family, Mapping[str, Message]]
    slashes: bool
    """Whether IPv4 is written with ``/24`` besides a wildcard mask."""
    flag_words: bool
    """Whether a TCP flag alone is a word (``syn``)."""
    signed_flags: bool
    """Whether ``match-any`` and ``match-all`` are known."""


@dataclass(frozen=True)
class Groups:
    """Object groups by name; None where a dialect has none."""

    networks: Mapping[str, Ranges]
    services: Mapping[str, Sequence[Service]]


NO_GROUPS = Groups({}, {})


@dataclass(frozen=True)
class Entry:
    """An entry, understood."""

    rule: Rule
    logs: bool
    everything: bool
    """Whether it fits every packet of its family."""


def entry(
    line: Line, words: Sequence[str], family: Family, file: str, dialect: Dialect, groups: Groups
) -> Entry:
    """From its words without a sequence number; raises NotModelledError."""
    reader = EntryReader(line.number, words, family, file, dialect, groups)
    return reader.entry(line.text)


class EntryReader:
    """Takes words from the left."""

    def __init__(
        self,
        number: int,
        words: Sequence[str],
        family: Family,
        file: str,
        dialect: Dialect,
        groups: Groups = NO_GROUPS,
    ) -> None:
        self.number = number
        self.words = list(words)
        self.family = family
        self.file = file
        self.dialect = dialect
        self.groups = groups
        self.fragments = False
        self.logs = False

    def entry(self, text: str) -> Entry:
        """The whole line."""
        actions: Mapping[str, Action] = {"permit": "accept", "deny": "drop"}
        word = self.take()
        if word not in actions:
            raise self.odd(word)
        action = actions[word]
        grouped = bool(self.words) and self.words[0] == "object-group"
        services = self._services()
        one = None if grouped else services[0]
        layer3 = {Field.SRC: self.addresses()}
        layer4: dict[Field, Ranges] = {}
        if one is not None and (found := self.ports(one.protocol)) is not None:
            layer4[Field.SPORT] = found
        layer3[Field.DST] = self.addresses()
        if one is not None and (found := self.ports(one.protocol)) is not None:
            layer4[Field.DPORT] = found
        if one is not None:
            layer4 |= self.message(one.protocol)
        layer4 |= self._options(one.protocol if one is not None else None)
        found_boxes = tuple(
            box for service in services for box in self._boxes(action, layer3, layer4, service)
        )
        everything = len(found_boxes) == 1 and found_boxes == boxes(self.family, {})
        return Entry(Rule(self.number, text, action, found_boxes), self.logs, everything)

    def take(self) -> str:
        """The next word."""
        if not self.words:
            raise refuse(self.file, self.number, "the line ends too early")
        return self.words.pop(0)

    def odd(self, word: str, why: str = "is not modelled") -> Exception:
        """The error for a word; to be raised."""
        return refuse(self.file, self.number, f"{word!r} {why}")

    def checked(self, read: Callable[[], Ranges]) -> Ranges:
        """What a function reads, its ValueError as an error with file and line."""
        try:
            return read()
        except ValueError as error:
            raise refuse(self.file, self.number, str(error)) from error

    def _services(self) -> Sequence[Service]:
        word = self.take()
        if word == "object-group":
            name = self.take()
            if name not in self.groups.services:
                raise refuse(self.file, self.number, f"there is no service group {name}")
            return self.groups.services[name]
        if word == self.dialect.any_word[self.family]:
            return (Service(None),)
        return (Service(self.protocol(word)),)

    def protocol(self, word: str) -> int:
        """By name or number."""
        names = self.dialect.protocols[self.family]
        if word in names:
            return names[word]
        if not (word.isascii() and word.isdigit() and int(word) <= 255):
            raise self.odd(word, "is no protocol that is modelled")
        return int(word)

    def addresses(self) -> Ranges:
        """``any``, ``host A``, a network, an object group."""
        word = self.take()
        if word == "any":
            return every(Field.SRC, self.family)
        if word == "object-group":
            name = self.take()
            if self.family == 6 or name not in self.groups.networks:
                raise refuse(self.file, self.number, f"there is no network group {name}")
            return self.groups.networks[name]
        if word == "host":
            host = self.take()
            return self.checked(lambda: union([(address(host, self.family),) * 2]))
        if "/" in word:
            if self.family == 4 and not self.dialect.slashes:
                raise self.odd(word, "is not how IOS writes networks")
            return self.checked(lambda: (prefix(word, self.family),))
        if self.family == 6:
            raise self.odd(word)
        loose = self.take()
        return self.checked(lambda: union(wildcard(address(word, 4), address(loose, 4))))

    def ports(self, protocol: int | None) -> Ranges | None:
        """``eq 80 443``, ``range 1 9``...; None where nothing is said of ports."""
        if not self.words or self.words[0] not in _OPERATORS:
            return None
        operator = self.take()
        if protocol not in (TCP, UDP, SCTP):
            raise refuse(self.file, self.number, "ports of a protocol without ports")
        first = self._port(protocol)
        if operator == "range":
            last = self._port(protocol)
            if last < first:
                raise refuse(self.file, self.number, f"the range {first} {last} goes down")
            return ((first, last),)
        if operator == "gt":
            return self._some(((first + 1, _LAST_PORT),))
        if operator == "lt":
            return self._some(((0, first - 1),))
        listed = [first]
        while self.words and self._is_port(self.words[0], protocol):
            listed.append(self._port(protocol))
        found = union((port, port) for port in listed)
        return found if operator == "eq" else rest(found, _LAST_PORT)

    def _some(self, found: Ranges) -> Ranges:
        if found[0][0] > found[0][1]:
            raise refuse(self.file, self.number, "no port is meant")
        return found

    def _names(self, protocol: int | None) -> Mapping[str, int]:
        named = {TCP: self.dialect.tcp_ports, UDP: self.dialect.udp_ports}
        return named.get(protocol or 0, {})

    def _is_port(self, word: str, protocol: int | None) -> bool:
        return (word.isascii() and word.isdigit()) or word in self._names(protocol)

    def _port(self, protocol: int | None) -> int:
        word = self.take()
        names = self._names(protocol)
        if word in names:
            return names[word]
        if not (word.isascii() and word.isdigit() and int(word) <= _LAST_PORT):
            raise self.odd(word, "is no port that is modelled")
        return int(word)

    def message(self, protocol: int | None) -> dict[Field, Ranges]:
        """Type and code of ICMP, where the protocol is the family's; nothing if none is said."""
        if protocol != (ICMP if self.family == 4 else ICMP6) or not self.words:
            return {}
        names = self.dialect.messages[self.family]
        if self.words[0] in names:
            kind, code = names[self.take()]
        elif self.words[0].isascii() and self.words[0].isdigit():
            kind, code = self._byte(), None
            if self.words and self.words[0].isascii() and self.words[0].isdigit():
                code = self._byte()
        else:
            return {}
        low, high = (0, 255) if code is None else (code, code)
        return {Field.ICMP: ((kind * 256 + low, kind * 256 + high),)}

    def _byte(self) -> int:
        word = self.take()
        if int(word) > 255:
            raise self.odd(word, "is no type or code of ICMP")
        return int(word)

    def _options(self, protocol: int | None) -> dict[Field, Ranges]:
        found: dict[Field, Ranges] = {}
        while self.words:
            word = self.take()
            if word in ("log", "log-input"):
                self.logs = True
            elif word == "fragments":
                self.fragments = True
            elif Field.FLAGS in found:
                raise self.odd(word)
            elif word == "established":
                found[Field.FLAGS] = _ESTABLISHED
            elif self.dialect.flag_words and word in FLAGS:
                found[Field.FLAGS] = flags_any(flag_bits([word]))
            elif self.dialect.signed_flags and word in ("match-any", "match-all"):
                found[Field.FLAGS] = self._signed(whole=word == "match-all")
            else:
                raise self.odd(word)
        if found and protocol != TCP:
            raise refuse(self.file, self.number, "flags of a protocol other than tcp")
        return found

    def _signed(self, *, whole: bool) -> Ranges:
        """``+syn -ack``: all of them, or any."""
        parts: list[Ranges] = []
        bits = {"+": 0, "-": 0}
        while self.words and self.words[0][0] in bits and self.words[0][1:] in FLAGS:
            word = self.take()
            one = flag_bits([word[1:]])
            bits[word[0]] |= one
            parts.append(flags_where(one, one if word[0] == "+" else 0))
        if not parts:
            raise refuse(self.file, self.number, "no flag is named")
        if not whole:
            return union(range_ for part in parts for range_ in part)
        if bits["+"] & bits["-"]:
            raise refuse(self.file, self.number, "a flag cannot be set and not set")
        return flags_where(bits["+"] | bits["-"], bits["+"])

    def _boxes(
        self,
        action: Action,
        layer3: Mapping[Field, Ranges],
        layer4: Mapping[Field, Ranges],
        service: Service,
    ) -> tuple[Box, ...]:
        low = dict(layer3)
        if service.protocol is not None:
            low[Field.PROTO] = ((service.protocol, service.protocol),)
        high = {**layer4, **service.layer4}
        if self.fragments:
            if high:
                raise refuse(self.file, self.number, "later fragments have no ports or types")
            return boxes(self.family, {**low, Field.FRAGMENT: ((1, 1),)})
        if not high:
            return boxes(self.family, low)
        found = boxes(self.family, {**low, **high, Field.FRAGMENT: ((0, 0),)})
        if action == "accept":
            found += boxes(self.family, {**low, Field.FRAGMENT: ((1, 1),)})
        return found
