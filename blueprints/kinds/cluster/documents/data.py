"""What OpenTofu, ArgoCD and Ansible read of an environment and of a cluster: YAML, nothing else.

``clusters/site.yaml`` holds what all clusters share, no secret among it.
``clusters/<environment>/versions.yaml`` is the one file that a promotion changes.
``clusters/<environment>/<cluster>/cluster.yaml`` holds the cluster itself. Keys of the state are
data in it: a folder may move, the state stays where it is.
"""

import ipaddress
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any

from blueprints.engine.blueprint import File
from blueprints.kinds.cluster import mtu
from blueprints.kinds.cluster.names import POOL_LABEL
from blueprints.parts.manifests import yaml_file
from blueprints.parts.names import thousandths

if TYPE_CHECKING:
    from blueprints.kinds.cluster.site import Site
    from blueprints.kinds.cluster.spec import (
        AnyPool,
        Cluster,
        Deployment,
        Environment,
        HpcPool,
        MetalPool,
        Pool,
        Settings,
        Specification,
    )

HPC_LABEL = "hpc"
"""Label and taint of every node of the supercomputer: ``hpc=true``."""
PUBLIC = ("docker.io", "quay.io", "ghcr.io", "registry.k8s.io", "registry.suse.com", "nvcr.io")
"""Registries that images are named after, and that a mirror answers for."""
MIRROR_USER = "registry-mirror"
"""Rancher's Secret (basic auth) with the mirror's user; made by hand, or by external-secrets."""
_VERSIONS = "What {} runs. `tutela blueprint promote` changes this file, and nothing else."
_SITE = "What all clusters share: read by OpenTofu."
_CLUSTER = "The cluster {} in {}: read by OpenTofu, ArgoCD and Ansible."


def files(spec: "Specification") -> Iterator[File]:
    """The versions of each environment, and the data of each cluster in it."""
    yield yaml_file("clusters/site.yaml", [site(spec.site)], _SITE)
    for environment, settings in spec.environments.items():
        header = _VERSIONS.format(environment)
        yield yaml_file(f"clusters/{environment}/versions.yaml", [versions(settings)], header)
    for environment, one, deployment in spec.deployments():
        document = cluster(spec.site, environment, one, deployment)
        header = _CLUSTER.format(one.name, environment)
        yield yaml_file(f"{folder(environment, one)}/cluster.yaml", [document], header)


def folder(environment: "Environment", cluster: "Cluster") -> str:
    """Where a cluster lies in the repository."""
    return f"clusters/{environment}/{cluster.name}"


def identifier(environment: "Environment", cluster: "Cluster") -> str:
    """A cluster's name in Rancher, in ArgoCD and in the keys of its state."""
    return f"{environment}-{cluster.name}"


def units(deployment: "Deployment") -> tuple[str, ...]:
    """The cluster's units of OpenTofu; servers of MAAS are one where there are any."""
    metal = any(pool.flavour == "metal" for pool in (deployment.masters, *deployment.workers))
    return ("cluster", "registration", *(("machines",) if metal else ()))


def site(site: "Site") -> dict[str, object]:
    """Where Rancher, ArgoCD, the state and images are."""
    mirror: dict[str, object] | None = None
    if site.mirror is not None:
        host, _, path = site.mirror.registry.partition("/")
        mirror = {
            "host": host,
            "path": path,
            "registries": [one for one in PUBLIC if one != host],
            "credentials": MIRROR_USER if site.mirror.credentials else None,
        }
    snapshots: dict[str, object] | None = None
    if site.snapshots is not None:
        snapshots = {
            "bucket": site.snapshots.bucket,
            # etcd's S3 takes a host, and always speaks TLS to it.
            "endpoint": site.snapshots.endpoint.removeprefix("https://").rstrip("/"),
            "region": site.snapshots.region,
            "credential": site.snapshots.credential,
        }
    return {
        "rancher": {"url": site.rancher.url, "auth": site.rancher.auth},
        "argocd": {"namespace": site.argocd.namespace},
        "identity": {
            "issuer": site.identity.issuer,
            "client": site.identity.client,
            "groups_prefix": site.identity.groups_prefix,
            "administrators": site.identity.administrators,
        },
        "state": {
            "bucket": site.state.bucket,
            "endpoint": site.state.endpoint,
            "region": site.state.region,
            "server": site.secrets.server,
            "transit": site.state.transit,
            "key": site.state.key,
        },
        "mirror": mirror,
        "snapshots": snapshots,
        "maas": None if site.maas is None else {"url": site.maas.url, "image": site.maas.image},
    }


def versions(settings: "Settings") -> dict[str, object]:
    """Kubernetes, and the chart of each component."""
    return {
        "kubernetes": settings.versions.kubernetes,
        "components": dict(settings.versions.components),
    }


def cluster(
    site: "Site", environment: "Environment", cluster: "Cluster", deployment: "Deployment"
) -> dict[str, object]:
    """All that is known of a cluster in one environment, but its versions."""
    name = identifier(environment, cluster)
    network = next(one for one in site.networks if one.name == deployment.network)
    version = ipaddress.ip_network(network.cidr).version
    return {
        "name": name,
        "environment": environment,
        "cluster": cluster.name,
        "title": cluster.title,
        "model": cluster.model,
        "domain": f"{cluster.name}.{environment}.{site.domain}",
        "state": {unit: f"clusters/{name}/{unit}.tfstate" for unit in units(deployment)},
        "api": deployment.api,
        "server": api_server(deployment.api),
        "addresses": list(deployment.addresses),
        "network": {
            "name": network.name,
            "vlan": network.vlan,
            "cidr": network.cidr,
            "gateway": network.gateway,
            "mtu": network.mtu,
        },
        "cni": {
            "name": cluster.cni.name,
            "encryption": cluster.cni.encryption,
            "mtu": mtu.setting(cluster.cni, _packets(site, deployment), version),
        },
        "ranges": {
            "pods": cluster.ranges.pods,
            "services": cluster.ranges.services,
            "dns": cluster_dns(cluster.ranges.services),
            "domain": cluster.ranges.domain,
        },
        "owners": {
            "admins": list(cluster.owners.admins),
            "members": list(cluster.owners.members),
            "viewers": list(cluster.owners.viewers),
        },
        "components": list(cluster.components),
        "pools": _pools(site, deployment),
    }


def api_server(address: str) -> str:
    """Where the API servers answer."""
    return f"https://[{address}]:6443" if ":" in address else f"https://{address}:6443"


def _packets(site: "Site", deployment: "Deployment") -> Iterator[int]:
    """The MTU of every network that a node of the cluster lies in."""
    vclusters = {one.name: one.network for one in (site.alps.vclusters if site.alps else ())}
    names = {
        vclusters[pool.vcluster] if pool.flavour == "hpc" else pool.network
        for pool in (deployment.masters, *deployment.workers)
    }
    return (one.mtu for one in site.networks if one.name in names)


def cluster_dns(services: str) -> str:
    """The address of a cluster's DNS: the tenth of its services, as RKE2 takes it by default."""
    network = ipaddress.ip_network(services)
    return str(network[10])


def _pools(site: "Site", deployment: "Deployment") -> dict[str, object]:
    """Pools by how they get nodes: Rancher makes them, MAAS installs them, they boot and join."""
    found: dict[str, list[object]] = {"virtual": [], "metal": [], "hpc": []}
    for role, pool in _roles(deployment):
        if pool.flavour == "harvester" or pool.flavour == "vmware":
            found["virtual"].append(_virtual(site, role, pool))
        elif pool.flavour == "metal":
            found["metal"].append(_metal(site, role, pool))
        else:
            found["hpc"].append(_hpc(site, role, pool))
    return dict(found)


def gibibytes(quantity: str) -> int:
    """A quantity of bytes in whole GiB, rounded up: what machines are ordered in."""
    return -(-thousandths(quantity) // (1000 * 2**30))


def _roles(deployment: "Deployment") -> Iterator[tuple[str, "AnyPool"]]:
    yield "master", deployment.masters
    for pool in deployment.workers:
        yield "worker", pool


def _common(role: str, pool: "Pool", flavour: str) -> dict[str, Any]:
    taints = [{"key": one.key, "value": one.value, "effect": one.effect} for one in pool.taints]
    labels = {POOL_LABEL: pool.name, **pool.labels}
    if flavour == "hpc":
        labels = {**labels, HPC_LABEL: "true"}
        own = {"key": HPC_LABEL, "value": "true", "effect": "NoSchedule"}
        taints = [own, *(one for one in taints if one != own)]
    return {
        "name": pool.name,
        "role": role,
        "flavour": flavour,
        "labels": labels,
        "taints": taints,
    }


def _virtual(site: "Site", role: str, pool: Any) -> Mapping[str, object]:
    common = _common(role, pool, pool.flavour)
    size = {
        "count": pool.count,
        "cpu": pool.cpu,
        "memory_gib": gibibytes(pool.memory),
        "disk_gib": gibibytes(pool.disk),
    }
    if pool.flavour == "harvester":
        on = next(one for one in site.harvester if one.name == pool.on)
        place: dict[str, object] = {
            "credential": on.credential,
            "namespace": on.namespace,
            "image": on.image,
            "network": on.networks[pool.network],
            "user": on.user,
        }
        return {**common, **size, "harvester": place}
    where = next(one for one in site.vmware if one.name == pool.on)
    return {
        **common,
        **size,
        "vsphere": {
            "credential": where.credential,
            "datacenter": where.datacenter,
            "pool": where.pool,
            "datastore": where.datastore,
            "folder": where.folder,
            "template": where.template,
            "network": where.networks[pool.network],
        },
    }


def _metal(site: "Site", role: str, pool: "MetalPool") -> Mapping[str, object]:
    network = next(one for one in site.networks if one.name == pool.network)
    return {
        **_common(role, pool, "metal"),
        "network": {"name": network.name, "cidr": network.cidr, "vlan": network.vlan},
        "interface": pool.interface,
        "architecture": pool.architecture,
        "disk": pool.disk,
        "servers": [
            {"name": one.name, "address": one.address, "mac": one.mac} for one in pool.servers
        ],
    }


def _hpc(site: "Site", role: str, pool: "HpcPool") -> Mapping[str, object]:
    if site.alps is None:
        raise ValueError(f"pool {pool.name} is of nodes of Alps, and the site has none")
    vcluster = next(one for one in site.alps.vclusters if one.name == pool.vcluster)
    network = next(one for one in site.networks if one.name == vcluster.network)
    storage: dict[str, object] = {"type": pool.storage.type, "size": pool.storage.size}
    if pool.storage.type == "rbd":
        storage["pool"] = pool.storage.pool
    return {
        **_common(role, pool, "hpc"),
        "vcluster": vcluster.name,
        "network": {"name": network.name, "cidr": network.cidr, "vlan": network.vlan},
        "interface": vcluster.interface,
        "architecture": vcluster.architecture,
        "memory_gib": gibibytes(pool.memory),
        "reserved_gib": gibibytes(pool.storage.size) if pool.storage.type == "ram" else 4,
        "gpus": pool.gpus,
        "storage": storage,
        "nodes": [{"name": one.name, "address": one.address} for one in pool.nodes],
    }
