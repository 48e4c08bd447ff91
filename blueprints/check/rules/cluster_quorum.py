"""A cluster's etcd has an even number of members, none, or members that a reboot erases.

Looks at `cluster.yaml` of clusters (pools with `role: master`), at pools with `etcd_role` of
`rancher2_cluster_v2` (with the inputs of each Terragrunt unit), and at `etcdRole` of Rancher's
`Cluster` objects: an odd number of members in all, none of them on a diskless node.

Two members are worse than one: either of them lost, nothing can be written. Four bear as little as
three. A member on a diskless node is gone after each boot, and with the second one the cluster is.

Take 1, 3 or 5.
"""

import posixpath
from collections.abc import Iterator
from typing import Any

from blueprints.check.cluster.estate import Member, estate
from blueprints.check.finding import Finding, Level, NotChecked
from blueprints.check.repository import Repository
from blueprints.check.rke2 import Rke2, clusters
from blueprints.check.settings import Settings
from blueprints.display import visible

ID = "cluster-quorum"
LEVEL = Level.ERROR

_DISKLESS = "hpc"


def check(repo: Repository, settings: Settings) -> Iterator[Finding | NotChecked]:
    """Every cluster without a majority that survives one loss."""
    said = estate(repo)
    for member in said.values():
        yield from _of_data(member)
    for cluster in clusters(repo):
        if posixpath.dirname(cluster.name) not in said:
            yield from _of_pools(cluster)


def _finding(file: str, line: int, message: str, hint: str = "") -> Finding:
    return Finding(file, line, ID, visible(message), LEVEL, hint)


def _of_data(member: Member) -> Iterator[Finding]:
    counts: list[Any] = []
    line = member.document.line_of("pools")
    for path, pool in member.pools():
        if pool.get("role") != "master":
            continue
        line = member.document.line_of("pools", *path)
        counts.append(member.size(pool))
        if path[0] == _DISKLESS or pool.get("flavour") == _DISKLESS:
            message = f"{member.name} has etcd on diskless nodes: each boot loses a member"
            yield _finding(member.file, line, message, "take machines or metal")
    if any(not isinstance(one, int) for one in counts):
        yield _finding(member.file, line, f"how many masters {member.name} has is not a number")
    else:
        yield from _odd(member.file, line, member.name, sum(counts))


def _of_pools(cluster: Rke2) -> Iterator[Finding]:
    pools = [pool for pool in cluster.pools if pool.etcd]
    counts = [pool.count for pool in pools]
    if pools and all(isinstance(one, int) and not isinstance(one, bool) for one in counts):
        yield from _odd(pools[0].file, pools[0].line, cluster.name, sum(counts))


def _odd(file: str, line: int, name: str, number: int) -> Iterator[Finding]:
    if number <= 0:
        yield _finding(file, line, f"{name} has no master", "take 1, 3 or 5")
    elif number % 2 == 0:
        message = f"{name} has {number} masters: as little survives as with {number - 1}"
        yield _finding(file, line, message, f"take {number - 1} or {number + 1}")
