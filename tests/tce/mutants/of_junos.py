"""Mistakes in filters of Junos."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import pairwise

from tests.tce.mutants.mutant import Lines, Mutant, addresses, other_ports, other_sizes


def mutants(file: str, text: str) -> Iterator[Mutant]:
    """All of them, in the order of operators and lines."""
    lines = Lines(file, text)
    for at, line in lines.numbered(r"^ +(accept|discard);"):
        old = line.strip(" ;")
        new = {"accept": "discard", "discard": "accept"}[old]
        rest = any("count rest" in one for one in lines.lines[at - 3 : at])
        yield lines.changed("default" if rest else "flip", at, line.replace(old, new))
    yield from _terms(lines)
    for at, line in lines.numbered(r"^ {24}[0-9a-f]*[.:]"):
        for found in addresses(line):
            for operator, other in other_sizes(found[0]):
                yield lines.changed(operator, at, line.replace(found[0], other))
    for at, line in lines.numbered(r"-port "):
        for ports in re.finditer(r"(?<![\d-])(\d+)(?:-(\d+))?(?![\d-])", line):
            first = int(ports[1])
            for operator, low, high in other_ports(first, int(ports[2] or first)):
                said = str(low) if low == high else f"{low}-{high}"
                new = f"{line[: ports.start()]}{said}{line[ports.end() :]}"
                yield lines.changed(operator, at, new)
        ways = {"source": "destination", "destination": "source"}
        way = line.split("-")[0].strip()
        yield lines.changed("condition", at, line.replace(way, ways[way]))
    conditions = "tcp-established|icmp-type|(source|destination)-port|protocol|next-header"
    for at, line in lines.numbered(rf"^ {{20}}({conditions})\b"):
        if "fragment" not in line:
            yield lines.gone("condition", at)
    for at, line in lines.numbered(r"^ {20}(protocol|next-header) (tcp|udp);"):
        if "tcp-established" not in "".join(lines.lines[at : at + 3]):
            new = line.replace("tcp", "UDP").replace("udp", "tcp").replace("UDP", "udp")
            yield lines.changed("protocol", at, new)
    for at, line in lines.numbered(r"icmp-type \["):
        yield lines.changed("type", at, line.replace(" ]", " 5 ]"))
        yield lines.changed("type", at, re.sub(r"\[ \d+ ", "[ ", line))
    yield from _families(lines)
    yield from _bindings(lines)


def _terms(lines: Lines) -> Iterator[Mutant]:
    """Terms as blocks of lines: without one, two exchanged, the last first, one twice."""
    starts = [at for at, _ in lines.numbered(r"^ {12}term ")]
    ends = [next(at for at, _ in lines.numbered(r"^ {12}\}") if at > start) for start in starts]
    blocks = list(zip(starts, ends, strict=True))
    for start, end in blocks:
        rest = "term rest" in lines.lines[start]
        yield lines.gone("default" if rest else "delete", start, end)
    for (start, end), (other, last) in pairwise(blocks):
        if other == end + 1:
            text = [
                *lines.lines[:start],
                *lines.lines[other : last + 1],
                *lines.lines[start : end + 1],
                *lines.lines[last + 1 :],
            ]
            one, two = lines.lines[start].split()[1], lines.lines[other].split()[1]
            what = f"term {one} <-> term {two}"
            yield Mutant(lines.file, "reorder", what, "".join(text))
    for start, end in blocks:
        if "term rest" in lines.lines[start]:
            top = max(at for at, line in enumerate(lines.lines[:start]) if "filter tce" in line)
            text = [
                *lines.lines[: top + 1],
                *lines.lines[start : end + 1],
                *lines.lines[top + 1 : start],
                *lines.lines[end + 1 :],
            ]
            yield Mutant(lines.file, "reorder", "term rest moved to the top", "".join(text))
    for start, end in blocks[1::4]:
        block = lines.lines[start : end + 1]
        again = [block[0].replace(" {", "-again {"), *block[1:]]
        text = [*lines.lines[: end + 1], *again, *lines.lines[end + 1 :]]
        yield Mutant(lines.file, "duplicate", f"{block[0].strip()} twice", "".join(text))


def _families(lines: Lines) -> Iterator[Mutant]:
    text = "".join(lines.lines)
    for family in ("inet", "inet6"):
        for indent, what in ((4, "filters"), (12, "bindings")):
            space = " " * indent
            pattern = rf"^{space}family {family} \{{\n(?:{space} .*\n)*{space}\}}\n"
            gone = re.sub(pattern, "", text, flags=re.MULTILINE)
            yield Mutant(lines.file, "family", f"{what} of {family} -> (gone)", gone)


def _bindings(lines: Lines) -> Iterator[Mutant]:
    for at, line in lines.numbered(r"^ {20}(input|output) "):
        yield lines.gone("hook", at)
        way = line.split()[0]
        other = {"input": "output", "output": "input"}[way]
        yield lines.changed("hook", at, line.replace(way, other))
        if way == "input":
            one, two = (lines.lines[place].split()[1] for place in (at, at + 1))
            text = [*lines.lines]
            text[at], text[at + 1] = text[at].replace(one, two), text[at + 1].replace(two, one)
            yield Mutant(lines.file, "hook", f"{one} <-> {two} where they are bound", "".join(text))
    for at, line in lines.numbered(r"^ {8}unit "):
        number = int(line.split()[1])
        yield lines.changed("vlan", at, line.replace(str(number), str(number + 1)))
    for at, line in lines.numbered(r"^ {4}irb \{"):
        yield lines.changed("vlan", at, line.replace("irb", "vlan"))
