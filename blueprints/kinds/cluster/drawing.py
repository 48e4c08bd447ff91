"""What `tutela blueprint show` draws of clusters: environments, clusters, VLANs, pools."""

from collections.abc import Iterator
from typing import TYPE_CHECKING

from blueprints.display import count
from blueprints.engine.drawing import Box, Drawing, Edge, Fact, Group, Lane, Node, Shade, Words
from blueprints.kinds.cluster.openings.derive import openings
from blueprints.kinds.cluster.openings.opening import Opening

if TYPE_CHECKING:
    from blueprints.kinds.cluster.site import Network, Site
    from blueprints.kinds.cluster.spec import (
        AnyPool,
        Cluster,
        Deployment,
        Environment,
        Specification,
    )

FLAVOURS: dict[str, tuple[Shade, str]] = {
    "harvester": ("one", "SUSE Virtualization"),
    "vmware": ("two", "VMware"),
    "metal": ("three", "bare metal"),
    "hpc": ("four", "HPC nodes of Alps"),
}
MODELS = {"virtual": "fully virtual", "bare-metal": "bare metal", "hybrid": "hybrid (Alpernetes)"}
_PLANES: dict[str, tuple[Shade, str]] = {
    "management": ("plain", "management"),
    "service": ("plain", "service"),
    "highspeed": ("four", "high-speed"),
}


def drawing(spec: "Specification") -> Drawing:
    """Pure; the same specification gives the same drawing."""
    crossing = _crossing(openings(spec))
    groups: dict[str, list[Box]] = {}
    flavours: set[str] = set()
    for environment, cluster, deployment in spec.deployments():
        groups.setdefault(environment, []).append(
            _box(spec, environment, cluster, deployment, crossing)
        )
        flavours |= {pool.flavour for pool in pools(deployment)}
    return Drawing(
        name=spec.site.name,
        words=Words("Clusters", "cluster", "Components"),
        groups=tuple(
            Group(name, _environment_facts(spec, name, boxes), tuple(boxes))
            for name, boxes in groups.items()
        ),
        facts=_facts(spec),
        legend=tuple(FLAVOURS[one] for one in FLAVOURS if one in flavours),
    )


def pools(deployment: "Deployment") -> "tuple[AnyPool, ...]":
    """Every pool, the masters first."""
    return (deployment.masters, *deployment.workers)


def amount(pool: "AnyPool") -> int:
    """How many nodes a pool has."""
    match pool.flavour:
        case "hpc":
            return len(pool.nodes)
        case "metal":
            return len(pool.servers)
        case _:
            return pool.count


def _facts(spec: "Specification") -> tuple[Fact, ...]:
    every = [one for _, _, one in spec.deployments()]
    nodes = sum(amount(pool) for one in every for pool in pools(one))
    used = {_network(spec.site, pool).name for one in every for pool in pools(one)}
    return (
        ("Clusters", count(len(spec.clusters))),
        ("Deployments", count(len(every))),
        ("Nodes", count(nodes)),
        ("VLANs", count(len(used))),
        ("Rancher", spec.site.rancher.url),
        ("Argo CD", spec.site.argocd.url),
    )


def _environment_facts(spec: "Specification", name: "str", boxes: "list[Box]") -> tuple[Fact, ...]:
    (version,) = (one.versions.kubernetes for key, one in spec.environments.items() if key == name)
    nodes = sum(node.amount for box in boxes for lane in box.lanes for node in lane.nodes)
    return (
        ("Kubernetes", version),
        ("clusters", count(len(boxes))),
        ("nodes", count(nodes)),
    )


def _box(
    spec: "Specification",
    environment: "Environment",
    cluster: "Cluster",
    deployment: "Deployment",
    crossing: dict[tuple[str, str, str], int],
) -> Box:
    versions = spec.environments[environment].versions
    every = pools(deployment)
    lanes = tuple(_lanes(spec.site, deployment))
    masters, workers = amount(deployment.masters), sum(map(amount, deployment.workers))
    owners = ", ".join(cluster.owners.admins)
    encryption = f", {cluster.cni.encryption}" if cluster.cni.encryption != "none" else ""
    gpus = sum(amount(pool) * getattr(pool, "gpus", 0) for pool in every)
    id_ = f"{environment}-{cluster.name}"
    return Box(
        name=cluster.name,
        kind=MODELS[cluster.model],
        title=cluster.title,
        summary=", ".join(_summary(masters, workers, gpus)),
        facts=(
            ("API", deployment.api),
            ("Services", ", ".join(deployment.addresses)),
            ("Pod network", f"{cluster.cni.name}{encryption}"),
            ("Owners", owners),
        ),
        lanes=lanes,
        edges=tuple(_edges(id_, lanes, crossing)),
        parts=tuple((name, versions.components.get(name, "")) for name in cluster.components),
    )


def _summary(masters: int, workers: int, gpus: int) -> Iterator[str]:
    for number, word in ((masters, "master"), (workers, "worker"), (gpus, "GPU")):
        if number:
            yield f"{count(number)} {word}{'' if number == 1 else 's'}"


def _lanes(site: "Site", deployment: "Deployment") -> Iterator[Lane]:
    """The VLANs of a cluster, with its pools; that of its services first."""
    networks = {one.name: one for one in site.networks}
    found: dict[str, list[Node]] = {deployment.network: []}
    for pool in pools(deployment):
        node = _node(pool, pool is deployment.masters)
        found.setdefault(_network(site, pool).name, []).append(node)
    for name, nodes in found.items():
        network = networks[name]
        shade, plane = _PLANES[network.plane]
        mtu = (f"MTU {network.mtu}",) if network.mtu != 1500 else ()
        facts = (plane, network.cidr, *mtu, *(("shared",) if network.shared else ()))
        yield Lane(name, name, f"VLAN {network.vlan}", facts, tuple(nodes), shade)


def _network(site: "Site", pool: "AnyPool") -> "Network":
    name = pool.network if pool.flavour != "hpc" else ""
    for one in site.alps.vclusters if site.alps else ():
        if pool.flavour == "hpc" and one.name == pool.vcluster:
            name = one.network
    return next(one for one in site.networks if one.name == name)


def _node(pool: "AnyPool", is_masters: bool) -> Node:
    shade, kind = FLAVOURS[pool.flavour]
    return Node(
        name=pool.name,
        kind=kind,
        amount=amount(pool),
        facts=tuple(_sizes(pool)),
        badge="masters" if is_masters else "",
        shade=shade,
    )


def _sizes(pool: "AnyPool") -> Iterator[str]:
    """Of one node."""
    if pool.cpu:
        yield f"{pool.cpu} CPU"
    if pool.memory:
        yield f"{pool.memory} memory"
    if pool.flavour in ("metal", "hpc") and pool.gpus:
        yield f"{pool.gpus} GPU{'s' if pool.gpus > 1 else ''}"
    if pool.flavour == "hpc":
        kind = "RAM disk" if pool.storage.type == "ram" else "Ceph RBD"
        yield f"{pool.storage.size} {kind}"
        yield f"vCluster {pool.vcluster}"
    elif pool.flavour == "metal":
        yield pool.disk
    else:
        yield f"{pool.disk} disk"
        yield f"on {pool.on}"


def _edges(
    id_: str, lanes: "tuple[Lane, ...]", crossing: dict[tuple[str, str, str], int]
) -> Iterator[Edge]:
    """Between VLANs of one cluster: how much a firewall has to let through."""
    for index, one in enumerate(lanes):
        for other in lanes[index + 1 :]:
            flows = crossing.get((id_, one.id, other.id), 0)
            if flows:
                yield Edge(one.id, other.id, f"{flows} openings")


def _crossing(every: "tuple[Opening, ...]") -> dict[tuple[str, str, str], int]:
    """Openings between two VLANs of a cluster, whichever side begins."""
    found: dict[tuple[str, str, str], int] = {}
    for one in every:
        first, second = one.source.network, one.destination.network
        if first and second and first != second and one.cluster:
            for key in ((one.cluster, first, second), (one.cluster, second, first)):
                found[key] = found.get(key, 0) + 1
    return found
