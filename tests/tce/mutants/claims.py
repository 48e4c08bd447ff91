"""Of what mutated policies change, what the proof speaks of, and why it leaves out the rest.

Written from the plain specification and apart from `tce/prove`: all that pods of sandboxes, and
those that nobody declared, may do inside; all that anybody may do outside; and of what is kept
from somebody, what workloads, the way in, and nodes are declared to need.
"""

from __future__ import annotations

import ipaddress
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from tests.tce.mutants.parse_policies import NS, End, Relation, Space, covers

BUILT_IN = ("default", "kube-node-lease", "kube-public")
SYSTEM = "kube-system"
DNS = {"k8s-app": "kube-dns"}
AMONG = "among programs of the platform, nodes, the way in and Cilium's probe"
HALF = f"{AMONG}, at one side only: the other allows none of it, before and after"
NEEDS = "what programs of the platform need outside is not declared one by one"
FLOWS = "programs of the platform may use every flow out of the environment"
NOBODY = "what is kept from pods that nobody declared"
_ACROSS = (
    *(("TCP", port) for port in (4240, 4244, 6443, 9345, 10250)),
    ("UDP", 51871),
    ("ICMP", 8),
)
"""What nodes on both sides of a gateway need of each other: docs.rke2.io "Inbound Network Rules",
Cilium's "System Requirements" and "WireGuard Transparent Encryption"."""


@dataclass(frozen=True)
class Change:
    """What a mutant lets somebody do, or keeps from him."""

    more: bool
    end: End
    ingress: bool
    other: End
    port: tuple[str, int]
    outside: str
    """Why the proof does not speak of it; "" where it does."""

    def __str__(self) -> str:
        pair = (self.other, self.end) if self.ingress else (self.end, self.other)
        told = f"{pair[0].name} > {pair[1].name} {self.port[0]} {self.port[1]}"
        return f"{'more' if self.more else 'less'} at {self.end.name}: {told}"


class Claims:
    """Of each change whether the proof speaks of it."""

    def __init__(self, said: Mapping[str, Any], spaces: Iterable[str], space: Space) -> None:
        """`spaces`: namespaces that documents make."""
        self.space = space
        self.said = said
        sandboxes = {one["name"]: one for one in said.get("sandboxes") or ()}
        self.platform = {SYSTEM, *spaces} - {*BUILT_IN, *sandboxes}
        self.declared = {
            f"{box}/{one['name']}" for box, held in sandboxes.items() for one in held["workloads"]
        }
        self.across = any(one["kind"] == "workers" for one in said["zones"].values())
        self.nodes = self._bits(lambda one: "reserved:remote-node" in one.labels)
        self.world = self._bits(lambda one: one.kind == "world")
        self.guarded = self._bits(self._guarded)
        self.workloads = self._bits(lambda one: one.workload in self.declared)
        self.called = self._bits(
            lambda one: one.workload in self.declared or one.kind == "ingress" or _serves_names(one)
        )
        self.flows = {port: self._flows(*port) for port in space.ports}

    def _bits(self, which: Callable[[End], bool]) -> int:
        return sum(1 << n for n, one in enumerate(self.space.ends) if which(one))

    def _guarded(self, end: End) -> bool:
        return bool(end.space) and end.space not in self.platform

    def _flows(self, protocol: str, port: int) -> int:
        """Bits of addresses to which a flow out of the environment goes."""
        return self._bits(
            lambda one: (
                one.kind == "world"
                and any(_goes(flow, one.address, protocol, port) for flow in self._out())
            )
        )

    @lru_cache(maxsize=1)  # noqa: B019 - it lives as long as one comparison
    def _out(self) -> tuple[Any, ...]:
        own = {
            name for name, one in self.said["zones"].items() if one["kind"] in ("tce", "workers")
        }
        return tuple(
            {**one, "networks": _networks(one["to"], self.said["zones"])}
            for one in self.said["flows"]
            if one["from"]["zone"] in own and one["to"]["zone"] not in own
        )

    def changes(self, was: Relation, now: Relation) -> Iterator[Change]:
        """One for each end, direction, sign and reason."""
        for (n, ingress), masks in was.items():
            if masks == now[n, ingress]:
                continue
            end = self.space.ends[n]
            told: set[tuple[bool, str]] = set()
            for at, (one, other) in enumerate(zip(masks, now[n, ingress], strict=True)):
                port = self.space.ports[at]
                for more, bits in ((True, other & ~one), (False, one & ~other)):
                    for reason, some in self._reasons(end, ingress, more, port, bits):
                        if not some or (more, reason) in told:
                            continue
                        if reason == AMONG:
                            met = _met(now if more else was, n, ingress, at, some)
                            reason, some = (AMONG, met) if met else (HALF, some)
                        if (more, reason) not in told:
                            told.add((more, reason))
                            whom = self.space.ends[(some & -some).bit_length() - 1]
                            yield Change(more, end, ingress, whom, port, reason)

    def _reasons(
        self, end: End, ingress: bool, more: bool, port: tuple[str, int], bits: int
    ) -> Iterator[tuple[str, int]]:
        inside, outside = bits & ~self.world, bits & self.world
        platform = end.kind == "pod" and not self._guarded(end)
        if more:
            judged = -1 if self._guarded(end) else self.guarded
            if end.kind not in ("pod", "ingress"):
                judged = 0
            by_flow = self.flows[port] if platform and not ingress else 0
            yield "", (inside & judged) | (outside & ~by_flow)
            yield AMONG, inside & ~judged
            yield FLOWS, outside & by_flow
            return
        asked = 0
        if end.workload in self.declared:
            asked = self.called
        elif end.kind == "ingress" or _serves_names(end):
            asked = self.workloads
        elif end.kind == "node" and self.across and port in _ACROSS:
            asked = self.nodes
        wanted = end.kind == "node" or end.workload in self.declared or end.kind == "ingress"
        yield "", (inside & asked) | (outside if wanted else 0)
        if not self._guarded(end):
            yield AMONG, inside & ~asked
            yield NEEDS, 0 if wanted else outside
        else:
            yield NOBODY, (inside & ~asked) | (0 if wanted else outside)


def _met(relation: Relation, n: int, ingress: bool, at: int, bits: int) -> int:
    """The first bit of those inside that allow it an end from their side, too; 0 if none does."""
    while bits:
        first = bits & -bits
        if relation[first.bit_length() - 1, not ingress][at] >> n & 1:
            return first
        bits ^= first
    return 0


def _serves_names(end: End) -> bool:
    return end.kind == "pod" and end.labels == {**DNS, NS: SYSTEM}


def _networks(end: Any, zones: Mapping[str, Any]) -> list[Any]:
    texts = end.get("networks") or zones[end["zone"]].get("networks") or ()
    return [ipaddress.ip_network(one) for one in texts]


def _goes(flow: Any, address: tuple[int, int], protocol: str, port: int) -> bool:
    if flow["protocol"].upper() != protocol:
        return False
    ports = flow.get("ports") or ()
    bounds = [str(one).partition("-") for one in ports]
    if not any(int(low) <= port <= int(high or low) for low, _, high in bounds):
        return False
    family, number = address
    return any(one.version == family and covers(one, number) for one in flow["networks"])
