"""Which flavours make which model, how many masters there may be, and how nodes get in."""

from collections.abc import Iterator
from typing import TYPE_CHECKING

from blueprints.kinds.cluster.rules.estate import VIRTUAL, Estate, Placed, is_virtual
from blueprints.parts.names import thousandths
from blueprints.parts.refuse import Place, Problem, unknown

if TYPE_CHECKING:
    from blueprints.kinds.cluster.spec import HarvesterPool, HpcPool, VmwarePool

_MOST_MASTERS = 7
"""etcd's own advice: https://etcd.io/docs/v3.5/faq/#what-is-maximum-cluster-size"""
_LEAST_MEMORY = "4G"
"""RKE2's requirement of a node: https://docs.rke2.io/install/requirements"""

_CLOSED = ("NoSchedule", "NoExecute")


def problems(estate: Estate) -> Iterator[Problem]:
    """Everything about the make-up of a cluster that cannot be."""
    if estate.site.automation is None:
        yield from _joined(estate)
    for placed in estate.placed:
        yield from _masters(placed)
        yield from _model(placed)
        yield from _untainted(placed)
        for at, pool in placed.pools():
            if is_virtual(pool):
                yield from _machines(at, pool)
            elif pool.flavour == "metal":
                if pool.enrolment is None:
                    yield at, "has no enrolment: nothing installs its servers; say enrolment: maas"
                elif estate.site.maas is None:
                    yield (*at, "enrolment"), "the site has no MAAS (site.maas)"
            elif pool.flavour == "hpc":
                yield from _hpc(estate, at, pool)


def _joined(estate: Estate) -> Iterator[Problem]:
    for placed in estate.placed:
        for at, pool in placed.pools():
            if not is_virtual(pool):
                yield (
                    at,
                    f"{pool.flavour} nodes are joined by jobs that log in to them, and the site "
                    "does not say from where (site.automation)",
                )
                return  # the site says it once, for all of them


def _masters(placed: Placed) -> Iterator[Problem]:
    at: Place = (*placed.at, "masters")
    pool = placed.deployment.masters
    if pool.flavour == "hpc":
        yield (
            (*at, "flavour"),
            "an HPC node is no master: it is diskless, and every reboot would lose its member of "
            "etcd; take harvester, vmware or metal",
        )
        return
    key = "count" if is_virtual(pool) else "servers"
    number = pool.size
    quorum = number // 2 + 1
    if number % 2 == 0:
        spare = number - quorum
        yield (
            (*at, key),
            f"{number} masters need {quorum} for a quorum of etcd ({number}/2 + 1) and may lose "
            f"{spare}, as many as {number - 1} may: one more to fail and nothing won; "
            f"take {number - 1} or {number + 1}",
        )
    elif number > _MOST_MASTERS:
        yield (
            (*at, key),
            f"{number} masters: each write waits for {quorum} of them, and etcd has "
            f"{_MOST_MASTERS} members at most; take {_MOST_MASTERS} or fewer",
        )


def _model(placed: Placed) -> Iterator[Problem]:
    model = placed.cluster.model
    if model == "virtual":
        yield from _only(placed, VIRTUAL, "virtual machines (harvester, vmware)")
    elif model == "bare-metal":
        yield from _only(placed, ("metal",), "servers (metal)")
    else:
        masters, workers = placed.deployment.masters, placed.deployment.workers
        if masters.flavour == "metal":
            yield (
                (*placed.at, "masters", "flavour"),
                "masters of a hybrid cluster are virtual machines; take harvester or vmware, "
                "or the model bare-metal",
            )
        if not any(one.flavour == "hpc" for one in workers):
            yield (
                (*placed.at, "workers"),
                "a hybrid cluster has nodes of Alps, and no pool here is hpc; "
                "add one, or take another model",
            )
        if not any(is_virtual(one) for one in workers):
            yield (
                (*placed.at, "workers"),
                "a hybrid cluster has workers that outlive a reboot of Alps, for what it runs "
                "itself; add a pool of harvester or vmware",
            )


def _untainted(placed: Placed) -> Iterator[Problem]:
    """What a cluster runs itself bears no taint; nodes of Alps always have one."""
    workers = [one for one in placed.deployment.workers if one.flavour != "hpc"]
    closed = [one for one in workers if any(taint.effect in _CLOSED for taint in one.taints)]
    if workers and len(closed) == len(workers):
        yield (
            (*placed.at, "workers"),
            f"each pool has a taint ({', '.join(one.name for one in closed)}): "
            "nothing that the cluster runs itself could be placed; leave one without",
        )


def _only(placed: Placed, flavours: tuple[str, ...], said: str) -> Iterator[Problem]:
    for at, pool in placed.pools():
        if pool.flavour not in flavours and (at[-1] != "masters" or pool.flavour != "hpc"):
            yield (
                (*at, "flavour"),
                f"a {placed.cluster.model} cluster has {said} only, and {pool.name} is "
                f"{pool.flavour}; take the model {_model_for(placed)}",
            )


def _model_for(placed: Placed) -> str:
    flavours = {pool.flavour for _, pool in placed.pools()}
    if "hpc" in flavours:
        return "hybrid"
    if flavours == {"metal"}:
        return "bare-metal"
    if "metal" not in flavours:
        return "virtual"
    return "hybrid with nodes of Alps, or put the servers into a cluster of their own"


def _machines(at: Place, pool: "HarvesterPool | VmwarePool") -> Iterator[Problem]:
    if thousandths(pool.memory) < thousandths(_LEAST_MEMORY):
        yield (*at, "memory"), f"{pool.memory} is less than {_LEAST_MEMORY}, which RKE2 needs"


def _hpc(estate: Estate, at: Place, pool: "HpcPool") -> Iterator[Problem]:
    if estate.site.alps is None:
        yield (*at, "flavour"), "the site has no supercomputer (site.alps)"
    elif pool.vcluster not in estate.vclusters:
        yield (*at, "vcluster"), unknown("vCluster", pool.vcluster, estate.vclusters)
    if pool.storage.type == "rbd" and estate.site.ceph is None:
        yield (*at, "storage", "type"), "the site has no Ceph (site.ceph); take ram"
    if pool.storage.type == "ram" and thousandths(pool.storage.size) >= thousandths(pool.memory):
        yield (
            (*at, "storage", "size"),
            f"{pool.storage.size} of memory for images leaves none of {pool.memory} to pods",
        )
