"""A second parser of access lists of EOS and IOS: what is rendered and its mutants, word by word.

Later fragments have no ports: a line that lets a port pass lets later fragments of its addresses
pass, and one that denies a port denies none of them (Cisco, "Access Control Lists and IP
Fragments"). At the end of a list of IPv6 neighbour discovery passes before the rest is denied.
"""

from __future__ import annotations

import ipaddress
from collections.abc import Iterator

from tests.tce.mutants.meaning import SWITCH, Meaning, NotUnderstoodError
from tests.tce.mutants.space import NUMBERS, Range, Region, boxes, everything, first_match

_UNSAID = {"eos": (133, 134, 135, 136), "ios": (135, 136)}
_BINDINGS = {
    ("ip", "access-group"): 4,
    ("ipv6", "access-group"): 6,
    ("ipv6", "traffic-filter"): 6,
}


def parse(text: str, format_: str, interface: str) -> Meaning:
    """Raises NotUnderstoodError."""
    lists: dict[tuple[int, str], list[list[str]]] = {}
    bound: dict[tuple[str, int], str] = {}
    entries: list[list[str]] | None = None
    where = ""
    for line in text.splitlines():
        words = line.split()
        if not words or words[0] == "!" or line.startswith("!"):
            continue
        if not line.startswith(" "):
            entries, where = None, ""
            if words[1:2] == ["access-list"]:
                version = {"ip": 4, "ipv6": 6}[words[0]]
                extended = words[2:3] == ["extended"]
                if (format_ == "ios" and version == 4) != extended:
                    raise NotUnderstoodError(line)
                entries = lists.setdefault((version, words[-1]), [])
            elif words[0] == "interface":
                where = words[1]
            else:
                raise NotUnderstoodError(line)
        elif entries is not None:
            entries.append(words)
        elif where:
            key = _BINDINGS.get((words[0], words[1]))
            if key is None or words[3] not in SWITCH:
                raise NotUnderstoodError(line)
            if where == interface:
                bound[words[3], key] = words[2]
        else:
            raise NotUnderstoodError(line)
    accepted: dict[tuple[str, int], Region] = {}
    for direction in SWITCH:
        for version in (4, 6):
            name = bound.get((direction, version))
            if name is None:
                accepted[direction, version] = [everything(version)]
            elif (version, name) not in lists:
                raise NotUnderstoodError(f"the list {name} is not there")
            else:
                accepted[direction, version] = _accepted(lists[version, name], version, format_)
    return Meaning(accepted, interface)


def _accepted(entries: list[list[str]], version: int, format_: str) -> Region:
    numbered = []
    for place, words in enumerate(entries):
        number = place + 1 if not words[0].isdigit() else int(words[0])
        numbered.append((number, words[1:] if words[0].isdigit() else words))
    if format_ == "eos":
        numbered.sort(key=lambda one: one[0])
    if len({number for number, _ in numbered}) != len(numbered):
        raise NotUnderstoodError("a number twice")
    rules = [one for _, words in numbered if words[0] != "remark" for one in _entry(words, version)]
    if version == 6:
        types = [(one, one) for one in _UNSAID[format_]]
        rules.append((True, boxes(6, proto=[(58, 58)], type=types)))
    return first_match(rules, False, version)


def _entry(words: list[str], version: int) -> Iterator[tuple[bool, Region]]:
    action, protocol, *rest = words
    if action not in ("permit", "deny"):
        raise NotUnderstoodError(" ".join(words))
    permits = action == "permit"
    said: dict[str, list[Range]] = {}
    if protocol not in ("ip", "ipv6"):
        number = NUMBERS.get(protocol)
        if number is None:
            raise NotUnderstoodError(f"the protocol {protocol}")
        said["proto"] = [(58 if number == 1 and version == 6 else number,) * 2]
    ends = said.copy()
    ports: dict[str, list[Range]] = {}
    for side, port in (("src", "sport"), ("dst", "dport")):
        ends[side] = [_network(rest, version)]
        found = _ports(rest)
        if found is not None:
            ports[port] = [found]
    fragments = False
    established = False
    while rest:
        word = rest.pop(0)
        if word == "fragments":
            fragments = True
        elif word == "established":
            established = True
        elif word.isdigit() and protocol in ("icmp", "icmpv6"):
            ports["type"] = [(int(word),) * 2]
            if rest and rest[0].isdigit():
                ports["code"] = [(int(rest.pop(0)),) * 2]
        elif word != "log":
            raise NotUnderstoodError(" ".join(words))
    if fragments:
        yield permits, boxes(version, **ends, fragment=[(1, 1)])
        return
    if not ports and not established:
        yield permits, boxes(version, **ends)
        return
    flags: list[dict[str, list[Range]]] = [{}]
    if established:
        flags = [{"ack": [(1, 1)]}, {"rst": [(1, 1)]}]
    for more in flags:
        yield permits, boxes(version, **ends, **ports, **more, fragment=[(0, 0)])
    if permits:
        yield permits, boxes(version, **ends, fragment=[(1, 1)])


def _network(words: list[str], version: int) -> Range:
    first = words.pop(0)
    if first == "any":
        return 0, (1 << (32 if version == 4 else 128)) - 1
    if first == "host":
        address = int(ipaddress.ip_address(words.pop(0)))
        return address, address
    if "/" in first:
        network = ipaddress.ip_network(first, strict=False)
        return int(network.network_address), int(network.broadcast_address)
    low, wildcard = int(ipaddress.ip_address(first)), int(ipaddress.ip_address(words.pop(0)))
    if wildcard & (wildcard + 1):
        raise NotUnderstoodError("a wildcard with holes")
    low &= ~wildcard
    return low, low | wildcard


def _ports(words: list[str]) -> Range | None:
    if words[:1] == ["eq"]:
        low = high = int(words[1])
        del words[:2]
    elif words[:1] == ["range"]:
        low, high = int(words[1]), int(words[2])
        del words[:3]
    else:
        return None
    if not 0 <= low <= high <= 65_535:
        raise NotUnderstoodError("no range of ports")
    return low, high
