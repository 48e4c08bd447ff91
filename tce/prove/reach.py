"""What policies let pods and nodes do: Cilium's decision, over labels.

An end is enforced in a direction if the cluster enforces always, or if a policy that selects it
denies by default there; then it may do what some rule allows and no rule denies. Both ends have to
allow what passes between pods. Source: Cilium's chapters "Policy Enforcement Modes" and "Deny
Policies", pkg/policy/repository.go.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field

from tce.prove.amounts import Amount, Ports, amount, ports_both, ports_minus
from tce.prove.amounts import minus as amount_minus
from tce.read.labels import Labels
from tce.read.policies import ANY_PORT, ANYONE, Peers, Policy, Rule
from tce.read.policies import Ports as Said


@dataclass(frozen=True, eq=False)
class End:
    """Whoever policies are about or speak of: a pod, a node, Cilium's own way in."""

    name: str
    labels: Labels
    namespace: str = ""
    """"" for what is no pod."""
    node: bool = False
    ports: Mapping[tuple[int, str], int] = field(default_factory=dict)
    """Of a pod, those with names."""
    workload: str = ""
    """What makes it; "" where no document does."""

    def __str__(self) -> str:
        return self.name


class Policies:
    """All policies of a cluster."""

    def __init__(self, policies: Iterable[Policy], always: bool) -> None:
        """`always`: the cluster enforces also where no policy selects."""
        self.always = always
        self.all = tuple(policies)
        self._wide = [one for one in self.all if not one.namespace]
        self._within: dict[str, list[Policy]] = {}
        for one in self.all:
            if one.namespace:
                self._within.setdefault(one.namespace, []).append(one)
        self._of: dict[int, tuple[Policy, ...]] = {}

    def about(self, end: End) -> tuple[Policy, ...]:
        """Those that select it."""
        known = self._of.get(id(end))
        if known is None:
            known = self._of[id(end)] = tuple(
                one
                for one in (*self._wide, *self._within.get(end.namespace, ()))
                if one.nodes == end.node and one.subject.selects(end.labels)
            )
        return known

    def enforced(self, end: End, ingress: bool) -> bool:
        """Whether what is not allowed is denied. Of nodes only if a policy says so."""
        if self.always and not end.node:
            return True
        return any(one.denies_ingress if ingress else one.denies_egress for one in self.about(end))

    def rules(self, end: End, ingress: bool, deny: bool = False) -> Iterator[Rule]:
        """Of every policy about it, those of one direction."""
        for policy in self.about(end):
            for rule in policy.rules:
                if rule.ingress == ingress and rule.deny == deny:
                    yield rule
        if not deny and not self.enforced(end, ingress):
            yield Rule("", 0, "", ingress, False, ANYONE, ANY_PORT)

    def between(self, end: End, other: End, ingress: bool) -> list[tuple[Ports, Rule]]:
        """What one end may do with another as far as it is up to it: ports, and which rule."""
        away = [
            part
            for rule in self.rules(end, ingress, deny=True)
            if _meant(rule.peers, other)
            for part in ports_of(rule.ports, end if ingress else other)
        ]
        return [
            (part, rule)
            for rule in self.rules(end, ingress)
            if _meant(rule.peers, other)
            for part in ports_minus(ports_of(rule.ports, end if ingress else other), away)
        ]

    def passes(self, source: End, destination: End) -> list[Ports]:
        """What gets from one end to another: both have to allow it."""
        out = [ports for ports, _ in self.between(source, destination, ingress=False)]
        into = [ports for ports, _ in self.between(destination, source, ingress=True)]
        return ports_both(out, into)

    def outside(self, end: End, ingress: bool) -> Amount:
        """What it may do with addresses outside of the cluster."""
        allowed = amount(_parts(self.rules(end, ingress), end))
        away = amount(_parts(self.rules(end, ingress, deny=True), end))
        return amount(amount_minus(allowed, away)) if away else allowed

    def blame(self, end: End, ingress: bool, use: tuple[int, int, int, int], at: int) -> Rule:
        """A rule that allows it a use with an address outside."""
        for rule in self.rules(end, ingress):
            for one in rule.peers.addresses:
                if one.family == use[0] and one.first <= at <= one.last:
                    for said in ports_of(rule.ports, end):
                        if said[0] == use[1] and said[1] <= use[2] <= said[2]:
                            return rule
        raise LookupError(f"no rule allows {end} {use}")


def _meant(peers: Peers, other: End) -> bool:
    return any(one.selects(other.labels) for one in peers.selectors)


def ports_of(said: Iterable[Said], asked: End) -> list[Ports]:
    """As numbers; what a name stands for is up to whoever is asked."""
    found: list[Ports] = []
    for one in said:
        if one.name is None:
            found.append((one.protocol, one.first, one.last))
        elif (number := asked.ports.get((one.protocol, one.name))) is not None:
            found.append((one.protocol, number, number))
    return found


def _parts(
    rules: Iterable[Rule], end: End
) -> Iterator[tuple[tuple[int, int, int, int], tuple[int, int]]]:
    for rule in rules:
        for addresses in rule.peers.addresses:
            for protocol, first, last in ports_of(rule.ports, end):
                yield (addresses.family, protocol, first, last), (addresses.first, addresses.last)


def candidates(rules: Iterable[Rule], ends: Mapping[str, list[End]]) -> list[End]:
    """Of ends by namespace those that rules can mean: few, where rules say the namespace."""
    chosen: dict[int, End] = {}
    for rule in rules:
        for selector in rule.peers.selectors:
            spaces = selector.namespaces
            for space in ends if spaces is None else spaces:
                for end in ends.get(space, ()):
                    if selector.selects(end.labels):
                        chosen[id(end)] = end
    return list(chosen.values())
