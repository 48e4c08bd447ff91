"""Names that meet: clusters, pools, owners, labels, and what Rancher makes of them."""

import re
from collections.abc import Iterator

from blueprints.kinds.cluster.rules.estate import Estate, is_virtual
from blueprints.parts.refuse import Place, Problem

_HOST_NAME = 63
"""Characters of a host name (RFC 1123), and what Rancher cuts one at."""
_BEHIND = len("-abcde-fghij")
"""What Cluster API puts behind the name of a machine: its set's five letters and its own."""
_OURS = ("hpc", "tutela", "component.tutela")
"""Keys, or what is before the / of them, that this blueprint writes."""
_KUBERNETES = ("kubernetes.io", "k8s.io")
_SETTABLE = ("kubelet.kubernetes.io", "node.kubernetes.io")
"""Label prefixes that a kubelet may give itself; so may it the keys below. NodeRestriction:
https://kubernetes.io/docs/reference/access-authn-authz/admission-controllers/#noderestriction"""
_SETTABLE_KEYS = ("topology.kubernetes.io/region", "topology.kubernetes.io/zone")
_RANCHER = ("cattle.io", "rancher.io")
_UUID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")


def problems(estate: Estate) -> Iterator[Problem]:
    """Every name that cannot stay."""
    yield from _clusters(estate)
    yield from _owners(estate)
    machines: dict[str, str] = {}
    for placed in estate.placed:
        pools: set[str] = set()
        for at, pool in placed.pools():
            if pool.name in pools:
                yield (*at, "name"), f"there are two pools of the name {pool.name}"
            pools.add(pool.name)
            whole = f"{placed.id}-{pool.name}"
            first = machines.setdefault(whole, placed.id)
            if first != placed.id:
                yield (
                    (*at, "name"),
                    f"{whole} is how Rancher would call a pool of {first} too",
                )
            if is_virtual(pool) and len(whole) + _BEHIND > _HOST_NAME:
                yield (
                    (*at, "name"),
                    f"machines would be called {whole}-abcde-fghij: {len(whole) + _BEHIND} "
                    f"characters, and a host name has {_HOST_NAME}; shorten it by "
                    f"{len(whole) + _BEHIND - _HOST_NAME}",
                )
            for key in pool.labels:
                yield from _reserved((*at, "labels", key), key, label=True)
            seen: set[tuple[str, str]] = set()
            for index, taint in enumerate(pool.taints):
                here: Place = (*at, "taints", index)
                yield from _reserved((*here, "key"), taint.key, label=False)
                if (taint.key, taint.effect) in seen:
                    yield here, f"there are two taints {taint.key} with {taint.effect}"
                seen.add((taint.key, taint.effect))


def _clusters(estate: Estate) -> Iterator[Problem]:
    names: set[str] = set()
    for index, cluster in enumerate(estate.spec.clusters):
        if cluster.name in names:
            yield (
                ("clusters", index, "name"),
                f"there are two clusters of the name {cluster.name}; "
                "the same cluster elsewhere is one more key of its environments",
            )
        names.add(cluster.name)


def _owners(estate: Estate) -> Iterator[Problem]:
    for index, cluster in enumerate(estate.spec.clusters):
        groups: dict[str, str] = {}
        for role in ("admins", "members", "viewers"):
            for number, group in enumerate(getattr(cluster.owners, role)):
                first = groups.setdefault(group, role)
                if first != role or list(getattr(cluster.owners, role)).index(group) != number:
                    yield (
                        ("clusters", index, "owners", role, number),
                        f"{group} is among the {first} already",
                    )
                if number_of := _unknown(estate.site.rancher.auth, group):
                    yield (
                        ("clusters", index, "owners", role, number),
                        f"{group}: Rancher knows a group of this provider by {number_of}",
                    )


def _unknown(auth: str, group: str) -> str:
    """What a group has to be instead of its name: not every provider's principals hold names."""
    if auth == "github" and not group.isdigit():
        return "the team's number (gh api orgs/ORGANISATION/teams/TEAM --jq .id)"
    if auth == "azuread" and not _UUID.fullmatch(group):
        return "its object id, such as 00000000-0000-4000-8000-000000000000"
    return ""


def _reserved(at: Place, key: str, *, label: bool) -> Iterator[Problem]:
    prefix, slash, _ = key.rpartition("/")
    if (prefix if slash else key) in _OURS:
        yield at, f"{key} is what this blueprint writes itself; take another key"
    elif _below(prefix, _RANCHER):
        yield at, f"{key} is Rancher's; take another key"
    elif _below(prefix, _KUBERNETES):
        may = label and (prefix in _SETTABLE or key in _SETTABLE_KEYS)
        if not may:
            why = "a node may not give it to itself" if label else "its controllers write it"
            yield at, f"{key} is Kubernetes' own, and {why}; take another key"


def _below(prefix: str, domains: tuple[str, ...]) -> bool:
    return any(f".{prefix}".endswith(f".{one}") for one in domains)
