"""Mistakes in access lists of EOS and IOS."""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Iterator
from itertools import pairwise

from tests.tce.mutants.mutant import Lines, Mutant, addresses, other_ports, other_sizes

_ENTRY = r"^ +(?:\d+ )?(permit|deny) "
_BOUND = r"^ +(ip|ipv6) (access-group|traffic-filter) "


def mutants(file: str, text: str) -> Iterator[Mutant]:
    """All of them, in the order of operators and lines."""
    lines = Lines(file, text)
    for at, line in lines.numbered(_ENTRY):
        old = "permit" if " permit " in line else "deny"
        new = {"permit": "deny", "deny": "permit"}[old]
        last = "any any log" in line
        yield lines.changed("default" if last else "flip", at, line.replace(old, new, 1))
        yield lines.gone("default" if last else "delete", at)
        yield from _entry(lines, at, line)
    yield from _order(lines)
    yield from _families(lines)
    yield from _bindings(lines)


def _entry(lines: Lines, at: int, line: str) -> Iterator[Mutant]:
    wild = r"(\d+\.\d+\.\d+\.\d+) (0\.\d+\.\d+\.\d+)"
    for found in re.finditer(wild, line):
        bits = int(ipaddress.ip_address(found[2])).bit_length()
        for operator, other in other_sizes(f"{found[1]}/{32 - bits}"):
            network = ipaddress.ip_network(other)
            new = f"{network.network_address} {network.hostmask}"
            yield lines.changed(operator, at, line.replace(found[0], new, 1))
    plain = re.sub(wild, lambda found: "x" * len(found[0]), line)
    for named in addresses(plain):
        before, after = line[: named.start()], line[named.end() :]
        hosts = before.endswith("host ")
        for operator, other in other_sizes(named[0]):
            network = ipaddress.ip_network(other)
            said = other
            if network.version == 4 and file_is_ios(lines.file):
                said = f"{network.network_address} {network.hostmask}"
            elif network.prefixlen == network.max_prefixlen:
                said = f"host {network.network_address}"
            start = before.removesuffix("host ") if hosts else before
            yield lines.changed(operator, at, f"{start}{said}{after}")
    for ports in re.finditer(r"(?:eq (\d+)|range (\d+) (\d+))", line):
        first = int(ports[1] or ports[2])
        for operator, low, high in other_ports(first, int(ports[3] or first)):
            said = f"eq {low}" if low == high else f"range {low} {high}"
            new = f"{line[: ports.start()]}{said}{line[ports.end() :]}"
            yield lines.changed(operator, at, new)
        gone = f"{line[: ports.start()]}{line[ports.end() :].lstrip()}"
        yield lines.changed("condition", at, gone)
    for word in (" established", " fragments"):
        if word in line:
            yield lines.changed("condition", at, line.replace(word, ""))
    for one, other in (("tcp", "udp"), ("udp", "tcp"), ("tcp", "ip")):
        if f" {one} " in line and "established" not in line and other != "ip":
            yield lines.changed("protocol", at, line.replace(f" {one} ", f" {other} ", 1))
    if re.search(r" icmp(v6)? ", line):
        kind = int(line.split()[-1])
        yield lines.changed("type", at, f"{line.rpartition(' ')[0]} {kind + 1}")
        yield lines.changed("type", at, line.rpartition(" ")[0])


def file_is_ios(file: str) -> bool:
    """Where networks of IPv4 have wildcards."""
    return file.endswith(".ios")


def _order(lines: Lines) -> Iterator[Mutant]:
    entries = [at for at, _ in lines.numbered(_ENTRY)]
    for at, other in pairwise(entries):
        if "remark" not in lines.lines[at + 1] or other - at == 2:
            if lines.lines[at].startswith("   "):
                yield _exchanged(lines, at, other)
            else:
                yield lines.swapped("reorder", at, other)
    for at in entries:
        if "any any log" in lines.lines[at]:
            first = max(one for one in range(at) if "access-list" in lines.lines[one])
            if lines.lines[at].startswith("   "):
                yield lines.changed(
                    "reorder", at, re.sub(r"\d+", "1", lines.lines[at].rstrip(), count=1)
                )
            else:
                yield lines.moved("reorder", at, first + 1)
    for at in entries[1:-1:3]:
        line = lines.lines[at].rstrip()
        again = re.sub(r"^( +)(\d+) ", lambda one: f"{one[1]}{int(one[2]) + 1} ", line)
        yield lines.changed("duplicate", at, f"{line}\n{again}")


def _exchanged(lines: Lines, at: int, other: int) -> Mutant:
    """EOS orders by numbers: they are what is exchanged."""
    one, two = (lines.lines[place].split()[0] for place in (at, other))
    text = [*lines.lines]
    text[at] = text[at].replace(f" {one} ", f" {two} ", 1)
    text[other] = text[other].replace(f" {two} ", f" {one} ", 1)
    what = f"{lines.lines[at].strip()} <-> {lines.lines[other].strip()}"
    return Mutant(lines.file, "reorder", what, "".join(text))


def _families(lines: Lines) -> Iterator[Mutant]:
    text = "".join(lines.lines)
    for word in ("ip", "ipv6"):
        bound = rf"^ +{word} (access-group|traffic-filter) .*\n"
        unbound = re.sub(bound, "", text, flags=re.MULTILINE)
        yield Mutant(lines.file, "family", f"no list of {word} is bound", unbound)
        lists = rf"^{word} access-list .*\n(?: .*\n)*!\n"
        gone = re.sub(lists, "", unbound, flags=re.MULTILINE)
        yield Mutant(lines.file, "family", f"all of {word} -> (gone)", gone)
        gone = re.sub(lists, "", text, flags=re.MULTILINE)
        yield Mutant(lines.file, "family", f"lists of {word} -> (gone)", gone)


def _bindings(lines: Lines) -> Iterator[Mutant]:
    bound = [at for at, _ in lines.numbered(_BOUND)]
    for at, line in lines.numbered(_BOUND):
        yield lines.gone("hook", at)
        way = line.split()[-1]
        other = {"in": "out", "out": "in"}[way]
        yield lines.changed("hook", at, f"{line.removesuffix(way)}{other}")
    for at in bound[::2]:
        one, two = (lines.lines[place].split()[2] for place in (at, at + 1))
        text = [*lines.lines]
        text[at], text[at + 1] = text[at].replace(one, two), text[at + 1].replace(two, one)
        yield Mutant(lines.file, "hook", f"{one} <-> {two} where they are bound", "".join(text))
    for at, line in lines.numbered(r"^interface "):
        number = int(re.findall(r"\d+$", line)[0])
        for wrong in (number + 1, 1):
            yield lines.changed("vlan", at, line.replace(str(number), str(wrong)))
