"""Mistakes below addresses: in VLANs, in machines' interfaces, in tunnels."""

from __future__ import annotations

import re
from collections.abc import Iterator

from tests.tce.mutants.mutant import Lines, Mutant, addresses, other_ports, other_sizes


def tunnels(file: str, text: str) -> Iterator[Mutant]:
    """Of a file of WireGuard."""
    lines = Lines(file, text)
    for at, line in lines.numbered("^AllowedIPs = "):
        for found in addresses(line):
            for operator, other in other_sizes(found[0]):
                new = f"{line[: found.start()]}{other}{line[found.end() :]}"
                yield lines.changed(operator, at, new)
        every = line.removeprefix("AllowedIPs = ").split(", ")
        for one in every:
            rest = [other for other in every if other != one]
            yield lines.changed("delete", at, f"AllowedIPs = {', '.join(rest)}" if rest else "")
        for more in ("0.0.0.0/0", "::/0"):
            yield lines.changed("widen", at, f"{line}, {more}")
        for mark in (".", ":"):
            kept = [one for one in every if mark not in one]
            if kept and kept != every:
                yield lines.changed("family", at, f"AllowedIPs = {', '.join(kept)}")
    keys = [at for at, _ in lines.numbered("^PublicKey = ")]
    for at, line in lines.numbered("^PublicKey = "):
        swapped = line.swapcase().replace("pUBLICkEY", "PublicKey")
        yield lines.changed("key", at, swapped)
        yield lines.gone("key", at)
    for at in keys[1:]:
        yield lines.swapped("key", keys[0], at)
    for at, line in lines.numbered("^(Endpoint|ListenPort) = "):
        port = re.search(r"(\d+)$", line)
        assert port is not None
        for operator, low, _ in other_ports(int(port[1]), int(port[1])):
            if operator == "port":
                yield lines.changed("port", at, f"{line[: port.start()]}{low}")
        for found in addresses(line.rpartition(":")[0].replace("[", " ").replace("]", " ")):
            yield lines.changed("endpoint", at, line.replace(found[0], _next(found[0])))
    for at, _ in lines.numbered("^PostUp"):
        yield lines.gone("key", at)


def _next(text: str) -> str:
    head, mark, last = re.split(r"([.:])(?=[^.:]*$)", text)
    return f"{head}{mark}{(int(last or '0', 16) + 1) % 16:x}"


def links(file: str, text: str) -> Iterator[Mutant]:
    """Of files of Harvester."""
    lines = Lines(file, text)
    for at, line in lines.numbered(r"vlan-id: "):
        for other in _tags(line):
            yield lines.changed("vlan", at, other)
    for at, line in lines.numbered(r"\\\"vlan\\\": "):
        for other in _tags(line):
            yield lines.changed("vlan", at, other)
        yield lines.changed("vlan", at, re.sub(r"\\\"vlan\\\": \d+, ", "", line))
        yield lines.changed("bridge", at, re.sub(r"[a-z]+-br", "mgmt-br", line))
        trunk = r"\"vlanTrunk\": [{\"minID\": 2, \"maxID\": 4000}], \"vlan\""
        yield lines.changed("trunk", at, line.replace(r"\"vlan\"", trunk))
    for at, line in lines.numbered("L2VlanNetwork"):
        for other in ("L2VlanTrunkNetwork", "UntaggedNetwork"):
            yield lines.changed("trunk", at, line.replace("L2VlanNetwork", other))
    for at, line in lines.numbered(r"clusternetwork: |clusterNetwork: "):
        yield lines.changed("bridge", at, f"{line.partition(':')[0]}: mgmt")
    yield from _machines(lines)


def _tags(line: str) -> Iterator[str]:
    """The VLAN in a line beside what it was, and those that are nobody's."""
    found = re.search(r"(?<=[: \"])(\d+)(?=[,\"]|$)", line)
    if found is None:
        return
    for other in (int(found[1]) + 1, int(found[1]) - 1, 1, 0, 4095):
        yield f"{line[: found.start()]}{other}{line[found.end() :]}"


def _machines(lines: Lines) -> Iterator[Mutant]:
    names = list(lines.numbered(r"^ {10}networkName: "))
    known = sorted({line.split()[1] for _, line in names})
    for at, line in names[:4]:
        for other in known:
            if other not in line:
                yield lines.changed("network", at, f"          networkName: {other}")
        yield lines.changed("network", at, "          networkName: default/management")
    for at, line in lines.numbered(r"^ {8}multus:$"):
        del line
        yield lines.changed("network", at, "        pod: {}\n        wrong:")
        break
    for at, line in list(lines.numbered(r"^ {12}bridge: \{\}"))[:3]:
        yield lines.changed("network", at, line.replace("bridge", "sriov"))
        yield lines.changed("network", at, line.replace("bridge", "masquerade"))
    for at, line in lines.numbered(r"^ {8}devices:$"):
        device = "          - name: hsn\n            deviceName: hpe.com/hsn"
        yield lines.changed("network", at, f"{line}\n          hostDevices:\n{device}")
        break
