"""Entries of policies that say ports and that nobody can use: the other side allows none of it.

What passes between two ends has to be allowed by both. An entry of one that nothing at the other
meets is a mistake in one of the two. It is told of ends of which nothing is declared inside, such
as programs of the platform: of the others it is known what has to pass. Of Cilium's probe nothing
is said: Cilium tells to let it out, too, where it only answers (docs.cilium.io, Policy Enforcement
Modes, "always").
"""

from collections.abc import Callable, Iterator, Mapping, Sequence

from tce.prove.amounts import ports_both
from tce.prove.reach import End, Policies, candidates, ports_of
from tce.read.policies import ANY_PORT, Policy, Ports, Rule

_PROBE = "health"


def onesided(
    policies: Policies, ends: Mapping[str, list[End]], declared: Callable[[End], bool]
) -> Iterator[tuple[Policy, Rule, Ports]]:
    """Each entry and ports of it of which nothing passes, by any protocol that it says for them.

    `ends`: by namespace; `declared`: those that have nothing to do with it. What also means
    addresses outside is used from there.
    """
    every = [end for several in ends.values() for end in several]
    about: dict[int, list[End]] = {}
    for end in every:
        for policy in policies.about(end):
            about.setdefault(id(policy), []).append(end)
    for policy in policies.all:
        subjects = [one for one in about.get(id(policy), ()) if one.name != _PROBE]
        if not subjects or any(map(declared, subjects)):
            continue
        for rule in policy.rules:
            peers = rule.peers
            if rule.deny or rule.ports == ANY_PORT or peers.addresses or not peers.selectors:
                continue
            others = candidates([rule], ends)
            if any(map(declared, others)):
                continue
            several: dict[tuple[int, int, str | None], list[Ports]] = {}
            for one in rule.ports:
                several.setdefault((one.first, one.last, one.name), []).append(one)
            for said in several.values():
                if not _used(policies, rule, said, subjects, others):
                    yield policy, rule, said[0]


def _used(
    policies: Policies,
    rule: Rule,
    said: Sequence[Ports],
    subjects: Sequence[End],
    others: Sequence[End],
) -> bool:
    for other in others:
        for end in subjects:
            met = [ports for ports, _ in policies.between(other, end, not rule.ingress)]
            if ports_both(ports_of(said, end if rule.ingress else other), met):
                return True
    return False
