"""``rke2/node.nft``: what a node takes and begins in the family that pods do not have.

Cilium's host firewall filters the family of pods. In the other one, which Cilium is told to leave
alone, a node's own nftables let declared flows of its zone through, errors and neighbours, and
nothing else; where the environment has no IPv6, nothing but its loopback. Table, ``delete table``
and definition are one file: it is loaded whole.
"""

from collections.abc import Iterator
from typing import TYPE_CHECKING

from blueprints.emit.text import comment
from blueprints.engine.blueprint import File
from tce.intent import estate
from tce.intent.flows import Allowed, Network, allowed

if TYPE_CHECKING:
    from tce.intent.spec import Specification

PATH = "rke2/node.nft"
_HEAD = """\
What every node lets through in {family}; in the other family Cilium's host firewall does it.

/etc/tce-node.nft, loaded before the network by tce-node-filter.service. Made from spec.yaml: change
it there.
"""
_FAMILY = {4: "ip", 6: "ip6"}
_OURS = ("tce", "workers")
_NEIGHBOURS = {
    4: "",
    6: "icmpv6 type { nd-neighbor-solicit, nd-neighbor-advert } ip6 hoplimit 255 accept",
}
_ECHO = {4: "icmp type echo-request", 6: "icmpv6 type echo-request"}
_ERRORS = {
    4: "ct state related meta l4proto icmp accept",
    6: "ct state related meta l4proto ipv6-icmp accept",
}


def files(spec: "Specification") -> Iterator[File]:
    """One file."""
    yield File(PATH, ruleset(spec).encode())


def ruleset(spec: "Specification") -> str:
    """What ``nft -f`` takes."""
    version = 6 if estate.version(spec) == 4 else 4
    table = f"table {_FAMILY[version]} tce_node"
    flows = [
        one
        for one in (allowed(spec) if version == 4 or spec.ipv6 else ())
        if one.version == version and one.scope == "forward"
    ]
    into = [one for one in flows if spec.zones[one.destination_zone].kind in _OURS]
    out = [one for one in flows if spec.zones[one.source_zone].kind in _OURS]
    shared = ["ct state established accept", _ERRORS[version], _NEIGHBOURS[version]]
    common = [one for one in shared if one] if version == 4 or spec.ipv6 else []
    lines = [
        table,
        f"delete {table}",
        f"{table} {{",
        *_chain("input", ['iif "lo" accept', *common, *map(_rule, into)]),
        "",
        *_chain("forward", []),
        "",
        *_chain("output", ['oif "lo" accept', *common, *map(_rule, out)]),
        "}",
    ]
    head = comment(_HEAD.format(family=f"IPv{version}"))
    return head + "".join(f"{line}\n" for line in lines)


def _chain(hook: str, rules: list[str]) -> Iterator[str]:
    yield f"\tchain {hook} {{"
    yield f"\t\ttype filter hook {hook} priority filter; policy drop;"
    for rule in rules:
        yield f"\t\t{rule}"
    yield "\t\tcounter"
    yield "\t}"


def _rule(one: Allowed) -> str:
    """Addresses and ports as sets; what begins, since answers are established."""
    family = _FAMILY[one.version]
    ends = f"{family} saddr {_set(one.sources)} {family} daddr {_set(one.destinations)}"
    if one.protocol == "icmp":
        return f'{ends} {_ECHO[one.version]} ct state new accept comment "{one.name}"'
    ports = ", ".join(str(low) if low == high else f"{low}-{high}" for low, high in one.ports)
    return f'{ends} {one.protocol} dport {{ {ports} }} ct state new accept comment "{one.name}"'


def _set(networks: tuple[Network, ...]) -> str:
    return f"{{ {', '.join(map(str, networks))} }}"
