"""The cluster: what the cluster blueprint refuses, and what an environment refuses beyond that."""

from collections.abc import Iterator
from typing import TYPE_CHECKING

from blueprints.kinds.cluster.mtu import overlay
from blueprints.kinds.cluster.rules import addresses, assembly, names, networks
from blueprints.kinds.cluster.spans import span
from blueprints.parts.refuse import Place, Problem, unknown
from tce.intent.estate import ENVIRONMENT, estate, version

if TYPE_CHECKING:
    from tce.intent.spec import Specification

_AT: Place = ("cluster",)
_THERE: Place = (*_AT, "environments", ENVIRONMENT)
_NEEDED = {
    "cert-manager": "signs what ingress and workloads show",
    "external-secrets": "brings secrets from OpenBao; none is in Git",
}
_ELSEWHERE = {
    "metallb": "Cilium answers for services' addresses itself",
    "external-dns": "the environment writes to no name server; enter its names by hand",
}
_DNS = 10
"""The service address that RKE2 gives to the cluster's DNS."""


def problems(spec: "Specification") -> Iterator[Problem]:
    """Everything about its shape that cannot be, or that an environment must not have."""
    if set(spec.cluster.environments) != {ENVIRONMENT}:
        yield (
            (*_AT, "environments"),
            f"an environment is one cluster: say {ENVIRONMENT}, and nothing else",
        )
        return
    flavours = list(_flavours(spec))
    yield from flavours
    yield from _supercomputer(spec)
    if not flavours:
        yield from _as_a_cluster(spec)
    yield from _network_of_pods(spec)
    yield from _ranges(spec)
    yield from _components(spec)


def _as_a_cluster(spec: "Specification") -> Iterator[Problem]:
    """What the cluster blueprint says; its places are below ``clusters[0]`` there."""
    whole = estate(spec)
    for topic in (assembly, names, networks, addresses):
        for at, text in topic.problems(whole):
            place = (*_AT, *at[2:]) if at[0] == "clusters" else ("gateway",)
            yield place, text.replace("site.", "")


def _flavours(spec: "Specification") -> Iterator[Problem]:
    deployment = spec.cluster.environments[ENVIRONMENT]
    tce = next((name for name, one in spec.zones.items() if one.kind == "tce"), None)
    if tce is not None and deployment.network != tce:
        yield (*_THERE, "network"), f"{deployment.network} is not the environment's zone; say {tce}"
    pools = [((*_THERE, "masters"), deployment.masters)]
    pools += [((*_THERE, "workers", i), one) for i, one in enumerate(deployment.workers)]
    for at, pool in pools:
        if pool.flavour not in ("harvester", "hpc"):
            yield (
                (*at, "flavour"),
                f"{pool.flavour}: an environment has machines of Harvester, whose disks it "
                "encrypts itself, and nodes of the supercomputer; take harvester or hpc",
            )
        elif pool.flavour == "hpc":
            if pool.storage.type != "ram":
                yield (
                    (*at, "storage", "type"),
                    "an image of the provider's Ceph would keep what the node wrote, in clear; "
                    "take ram",
                )
            if spec.vcluster is None:
                yield at, "nodes of the supercomputer need its partition; say vcluster"
        elif tce is not None and pool.network != tce:
            yield (*at, "network"), f"{pool.network} is not the environment's zone; say {tce}"


def _supercomputer(spec: "Specification") -> Iterator[Problem]:
    workers = [name for name, one in spec.zones.items() if one.kind == "workers"]
    deployment = spec.cluster.environments[ENVIRONMENT]
    hpc = any(one.flavour == "hpc" for one in deployment.workers)
    if hpc and not workers:
        yield (
            ("zones",),
            "none is of the kind workers, where nodes of the supercomputer lie; add it",
        )
    if not hpc:
        for name in workers:
            yield ("zones", name, "kind"), f"no pool has nodes that lie in {name}; leave it out"
        if spec.vcluster is not None:
            yield ("vcluster",), "no pool has nodes of it; leave it out"
    elif spec.vcluster is not None and workers and spec.vcluster.network != workers[0]:
        yield (
            ("vcluster", "network"),
            f"{spec.vcluster.network} is not the zone of its nodes; say {workers[0]}",
        )


def _network_of_pods(spec: "Specification") -> Iterator[Problem]:
    cni = spec.cluster.cni
    if cni.name != "cilium":
        yield (
            (*_AT, "cni", "name"),
            f"{cni.name} has no cluster-wide policies, and does not refuse what is not encrypted; "
            "take cilium",
        )
    elif cni.encryption != "wireguard":
        yield (
            (*_AT, "cni", "encryption"),
            "pods of two nodes would speak in clear on the provider's network; say wireguard",
        )
    elif cni.mtu is not None and cni.mtu + overlay(cni, version(spec)) > spec.vlan.mtu:
        most = spec.vlan.mtu - overlay(cni, version(spec))
        yield (
            (*_AT, "cni", "mtu"),
            f"{cni.mtu} is too large: the VLAN carries {spec.vlan.mtu}, of which the overlay takes "
            f"{spec.vlan.mtu - most}; say {most} or less",
        )


def _ranges(spec: "Specification") -> Iterator[Problem]:
    ranges = spec.cluster.ranges
    at: Place = (*_AT, "ranges") if "ranges" in spec.cluster.model_fields_set else _AT
    pods, services = span(ranges.pods), span(ranges.services)
    if pods.version != services.version:
        yield (*at, "services"), f"{ranges.services} is not of the family of pods ({ranges.pods})"
    if pods.overlaps(services):
        yield (*at, "services"), f"{ranges.services} overlaps with that of pods ({ranges.pods})"
    if services.last - services.first < _DNS:
        yield (
            (*at, "services"),
            f"{ranges.services} has no tenth address, which is the cluster's DNS",
        )
    for key, mine in (("pods", ranges.pods), ("services", ranges.services)):
        for name, zone in spec.zones.items():
            for one in zone.networks:
                if span(mine).overlaps(span(one)):
                    yield (
                        (*at, key),
                        f"{mine} overlaps with {one} of {name}, which pods could not reach then",
                    )
    tce = next((one for one in spec.zones.values() if one.kind == "tce"), None)
    if tce and tce.networks and not any(span(o).version == pods.version for o in tce.networks):
        yield (
            (*at, "pods"),
            f"{ranges.pods} is IPv{pods.version}, and machines have no such address",
        )


def _components(spec: "Specification") -> Iterator[Problem]:
    chosen = spec.cluster.components
    at: Place = (*_AT, "components")
    for needed, why in _NEEDED.items():
        if needed not in chosen:
            yield at, f"needs {needed}: it {why}"
    for index, one in enumerate(chosen):
        if one in chosen[:index]:
            yield (*at, index), f"{one} stands here twice"
        elif one in _ELSEWHERE:
            yield (*at, index), f"{one}: {_ELSEWHERE[one]}; leave it out"
        elif one == "ceph-csi" and spec.ceph is None:
            yield (*at, index), "ceph-csi needs a Ceph; say ceph, or leave it out"
        elif one not in spec.versions.components:
            yield (*at, index), f"{one} has no version (versions.components.{one})"
    if spec.ceph is not None:
        if "ceph-csi" not in chosen:
            yield at, "needs ceph-csi, which brings volumes of ceph"
        if not _reached(spec, spec.ceph.cidr):
            yield ("ceph", "cidr"), f"no flow leads from the environment to {spec.ceph.cidr}"
    for name in spec.versions.components:
        if name not in chosen:
            yield ("versions", "components", name), unknown("component", name, chosen)


def _reached(spec: "Specification", cidr: str) -> bool:
    zones = {name: one for name, one in spec.zones.items() if one.kind != "internet"}
    return any(
        span(cidr).within(span(network))
        for flow in spec.flows
        if flow.to.zone in zones and spec.zones[flow.from_.zone].kind in ("tce", "workers")
        for network in flow.to.networks or zones[flow.to.zone].networks
    )
