"""Object groups of IOS: networks, and protocols with ports ("Object Groups for ACLs").

``source`` names the sender's port; without it a port is the receiver's. Groups may hold groups.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field

from tce.read.acl_config import Block, Line
from tce.read.acl_entry import Dialect, EntryReader, Groups, Service
from tce.read.ranges import Ranges, address, every, prefix, union
from tce.read.refuse import refuse
from tce.space.header import ICMP, TCP, UDP, Field, Range

_BITS = 0xFFFFFFFF


@dataclass
class _Network:
    ranges: list[Range] = field(default_factory=list)
    others: list[Line] = field(default_factory=list)


@dataclass
class _Services:
    found: list[Service] = field(default_factory=list)
    others: list[Line] = field(default_factory=list)


class GroupReader:
    """Takes in groups one after the other; they may name groups that come later."""

    def __init__(self, file: str, dialect: Dialect) -> None:
        self.file = file
        self.dialect = dialect
        self._networks: dict[str, _Network] = {}
        self._services: dict[str, _Services] = {}

    def take(self, block: Block) -> None:
        """One group; raises NotModelledError."""
        words = block.head.words
        if len(words) != 3 or words[1] not in ("network", "service"):
            raise refuse(self.file, block.head.number, f"{block.head.text!r} is not modelled")
        for line in block.body:
            if line.words[0] in ("description", "exit"):
                continue
            if words[1] == "network":
                self._network(self._networks.setdefault(words[2], _Network()), line)
            else:
                self._service(self._services.setdefault(words[2], _Services()), line)

    def groups(self) -> Groups:
        """All of them, groups in groups resolved."""
        return Groups(
            {name: union(self._ranges(name, ())) for name in self._networks},
            {name: tuple(self._flat(name, ())) for name in self._services},
        )

    def _network(self, group: _Network, line: Line) -> None:
        words = line.words
        try:
            if words[0] == "group-object" and len(words) == 2:
                group.others.append(line)
            elif words == ("any",):
                group.ranges += every(Field.SRC, 4)
            elif words[0] == "host" and len(words) == 2:
                group.ranges.append(prefix(f"{words[1]}/32", 4))
            elif words[0] == "range" and len(words) == 3:
                group.ranges.append(_upwards(address(words[1], 4), address(words[2], 4)))
            elif len(words) == 2:
                group.ranges.append(_masked(address(words[0], 4), address(words[1], 4)))
            elif len(words) == 1 and "/" in words[0]:
                group.ranges.append(prefix(words[0], 4))
            else:
                raise ValueError(f"{line.text!r} is not modelled")
        except ValueError as error:
            raise refuse(self.file, line.number, str(error)) from error

    def _service(self, group: _Services, line: Line) -> None:
        if line.words[0] == "group-object" and len(line.words) == 2:
            group.others.append(line)
            return
        reader = EntryReader(line.number, line.words, 4, self.file, self.dialect)
        word = reader.take()
        protocols: tuple[int | None, ...] = (TCP, UDP) if word == "tcp-udp" else (None,)
        if word not in ("tcp-udp", "ip"):
            protocols = (reader.protocol(word),)
        kept = list(reader.words)
        for protocol in protocols:
            reader.words = list(kept)
            group.found.append(self._one(reader, protocol))
            if reader.words:
                raise refuse(self.file, line.number, f"{line.text!r} is not modelled")

    def _one(self, reader: EntryReader, protocol: int | None) -> Service:
        layer4: dict[Field, Ranges] = {}
        if protocol == ICMP:
            return Service(protocol, reader.message(protocol))
        if reader.words and reader.words[0] == "source":
            reader.take()
            found = reader.ports(protocol)
            if found is None:
                raise refuse(self.file, reader.number, "no source port is named")
            layer4[Field.SPORT] = found
        if reader.words and reader.words[0] not in ("eq", "gt", "lt", "range"):
            reader.words.insert(0, "eq")
        found = reader.ports(protocol)
        if found is not None:
            layer4[Field.DPORT] = found
        return Service(protocol, layer4)

    def _ranges(self, name: str, seen: tuple[str, ...]) -> Iterator[Range]:
        group = self._networks[name]
        yield from group.ranges
        for line in group.others:
            other = line.words[1]
            self._check(other in self._networks and other not in (*seen, name), line)
            yield from self._ranges(other, (*seen, name))

    def _flat(self, name: str, seen: tuple[str, ...]) -> Iterator[Service]:
        group = self._services[name]
        yield from group.found
        for line in group.others:
            other = line.words[1]
            self._check(other in self._services and other not in (*seen, name), line)
            yield from self._flat(other, (*seen, name))

    def _check(self, right: bool, line: Line) -> None:
        if not right:
            what = f"there is no group {line.words[1]}, or it holds itself"
            raise refuse(self.file, line.number, what)


def _upwards(low: int, high: int) -> Range:
    if low > high:
        raise ValueError("the range goes down")
    return low, high


def _masked(network: int, mask: int) -> Range:
    """From a netmask, whose 1 bits come first."""
    free = mask ^ _BITS
    if free & (free + 1):
        raise ValueError("a netmask of a group has its 1 bits first")
    return network & mask, (network & mask) | free
