"""Mistakes in the perimeter's ruleset."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import pairwise

from tests.tce.mutants.mutant import Lines, Mutant, addresses, other_ports, other_sizes

_ELEMENT = r'^\t\t\t[^#].* comment "'
_RULE = r"^\t\t(?!type|flags|elements|\}).*\b(accept|drop|group 1)$"


def mutants(file: str, text: str, legs: tuple[str, ...]) -> Iterator[Mutant]:
    """All of them, in the order of operators and lines."""
    lines = Lines(file, text)
    yield from _actions(lines)
    yield from _elements(lines)
    yield from _conditions(lines, legs)
    yield from _order(lines)
    yield from _families(lines, text)
    yield from _hooks(lines)


def _actions(lines: Lines) -> Iterator[Mutant]:
    for at, line in lines.numbered(_RULE):
        for old, new in (("accept", "drop"), ("drop", "accept")):
            if line.endswith(f" {old}"):
                yield lines.changed("flip", at, line.removesuffix(old) + new)
        yield lines.gone("delete", at)
    for at, line in lines.numbered("policy drop;"):
        yield lines.changed("default", at, line.replace("policy drop", "policy accept"))
        yield lines.changed("default", at, line.replace(" policy drop;", ""))
    for at, line in lines.numbered("group 1$"):
        yield lines.changed("default", at, f"{line} accept")


def _elements(lines: Lines) -> Iterator[Mutant]:
    for at, line in lines.numbered(_ELEMENT):
        head, mark, tail = line.partition(" comment")
        for found in addresses(head):
            for operator, other in other_sizes(found[0]):
                new = f"{head[: found.start()]}{other}{head[found.end() :]}{mark}{tail}"
                yield lines.changed(operator, at, new)
        ports = re.search(r" \. (\d+)(?:-(\d+))?$", head)
        if ports:
            first, last = int(ports[1]), int(ports[2] or ports[1])
            for operator, low, high in other_ports(first, last):
                said = str(low) if low == high else f"{low}-{high}"
                yield lines.changed(operator, at, f"{head[: ports.start()]} . {said}{mark}{tail}")
        if line.endswith(","):
            yield lines.gone("delete", at)
        elif lines.lines[at - 1].lstrip().startswith("#") and lines.lines[at - 2].endswith("{\n"):
            yield lines.gone("delete", at - 3, at + 1)


def _conditions(lines: Lines, legs: tuple[str, ...]) -> Iterator[Mutant]:
    sets = re.findall(r"^\tset (\w+) \{\n\t\ttype (.*)$", "".join(lines.lines), re.MULTILINE)
    types = dict(sets)
    for at, line in lines.numbered(_RULE):
        for word in (
            "ct state new",
            "ct state related",
            "tcp flags & (fin | syn | rst | ack) == syn",
        ):
            if f"{word} " in line:
                yield lines.changed("condition", at, line.replace(f"{word} ", ""))
        if "== syn" in line:
            yield lines.changed("condition", at, line.replace("(fin | syn | rst | ack)", "(syn)"))
        for found in re.finditer(r'[io]ifname (?:"\w+"|\{[^}]*\}) ', line):
            yield lines.changed("condition", at, line.replace(found[0], ""))
            for leg in legs:
                new = f'{found[0].split()[0]} "{leg}" '
                if found[0] != new:
                    yield lines.changed("leg", at, line.replace(found[0], new))
        if "type echo-request" in line:
            yield lines.changed("condition", at, line.replace("echo-request", "echo-reply"))
            yield lines.changed("condition", at, re.sub(r"icmp(v6)? type echo-request ", "", line))
        known = re.search(r"@(\w+)", line)
        if known:
            same = [name for name in types if types[name] == types[known[1]] and name != known[1]]
            for name in same[:2]:
                yield lines.changed("set", at, line.replace(known[0], f"@{name}"))
        for one, other in (("tcp dport", "udp dport"), ("udp dport", "tcp dport")):
            if one in line and "flags" not in line:
                yield lines.changed("protocol", at, line.replace(one, other))


def _order(lines: Lines) -> Iterator[Mutant]:
    rules = [at for at, _ in lines.numbered(_RULE)]
    for at, other in pairwise(rules):
        if other == at + 1:
            yield lines.swapped("reorder", at, other)
    for at, _ in lines.numbered("tenants: "):
        yield lines.moved("reorder", at, max(at - 2, 0))
    for at in rules[-3:]:
        yield lines.moved("reorder", at, rules[-1] - 5)
    for at, line in lines.numbered(_RULE):
        if "@" in line:
            yield lines.changed("duplicate", at, f"{line}\n{line}")


def _families(lines: Lines, text: str) -> Iterator[Mutant]:
    for family in ("ip", "ip6"):
        yield lines.replaced("family", "table inet", f"table {family}")
    gone = "".join(line for line in lines.lines if not re.search(r"\b(ip6|icmpv6) ", line))
    if gone != text:
        yield Mutant(lines.file, "family", "all rules of IPv6 -> (gone)", gone)
    for version, word in ((4, "ip"), (6, "ip6")):
        pattern = rf"^\t\tct state new .*\b{word} saddr"
        gone = "".join(line for line in lines.lines if not re.search(pattern, line))
        yield Mutant(lines.file, "family", f"rules that begin IPv{version} -> (gone)", gone)
    for at, line in lines.numbered("nfproto ipv6"):
        yield lines.changed("family", at, line.replace("ipv6", "ipv4", 1))


def _hooks(lines: Lines) -> Iterator[Mutant]:
    others = {
        "forward": ("input", "output", "prerouting", "postrouting"),
        "input": ("forward", "output"),
    }
    for at, line in lines.numbered(r"type filter hook (forward|input) "):
        hook = line.split()[3]
        for other in others[hook]:
            yield lines.changed("hook", at, line.replace(f"hook {hook}", f"hook {other}"))
        yield lines.changed("hook", at, line.replace("priority filter", "priority raw"))
        yield lines.gone("hook", at)
        yield lines.changed("hook", at, line.replace("type filter", "type route"))
    for hook in others:
        begin = next(at for at, _ in lines.numbered(rf"^\tchain {hook} "))
        end = next(at for at, _ in lines.numbered(r"^\t\}") if at > begin)
        yield lines.gone("hook", begin, end)
