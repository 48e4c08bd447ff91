"""Ansible's inventory of a cluster: its servers of bare metal and its nodes of Alps.

One file beside the cluster's other data, for clusters that have such nodes; the playbooks take
everything that they know of a cluster from it. Values are plain by their types: Ansible reads
texts of an inventory as templates, hence no free text goes into it.
"""

import ipaddress
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from blueprints.engine.blueprint import File
from blueprints.kinds.cluster.documents.data import HPC_LABEL, folder, identifier
from blueprints.kinds.cluster.names import POOL_LABEL
from blueprints.parts.manifests import yaml_file
from blueprints.parts.names import thousandths

if TYPE_CHECKING:
    from blueprints.kinds.cluster.site import Network, Site
    from blueprints.kinds.cluster.spec import (
        Cluster,
        Deployment,
        Environment,
        HpcPool,
        MetalPool,
        Specification,
    )

_HEADER = """\
Bare metal and nodes of Alps of the cluster {} in {}. From the top of the repository:
  ansible-playbook -i {}/inventory.yaml ansible/playbooks/prepare.yaml --limit NODE"""
FILESYSTEM = "xfs"
LABEL = "kubernetes"
"""Of the filesystem on a server's local disk: how it is found again, whatever its device is."""
STORAGE = "/var/lib/kubernetes"
"""Where a node's storage is mounted: images, volumes of pods, logs."""
_SUPERVISOR = 9345
_API = 6443
_DOCKER = {"docker.io": "registry-1.docker.io"}
"""Where clients really ask (containerd's and Docker's own rule)."""


def files(spec: "Specification") -> Iterator[File]:
    """``clusters/<environment>/<cluster>/inventory.yaml`` where there is something in it."""
    for environment, cluster, deployment in spec.deployments():
        document = inventory(spec.site, environment, cluster, deployment)
        if document is None:
            continue
        where = folder(environment, cluster)
        header = _HEADER.format(cluster.name, environment, where)
        yield yaml_file(f"{where}/inventory.yaml", [document], header)


def inventory(
    site: "Site", environment: "Environment", cluster: "Cluster", deployment: "Deployment"
) -> dict[str, object] | None:
    """The inventory; None for a cluster of virtual machines only."""
    pools: dict[str, tuple[str, str, dict[str, object]]] = {}
    for role, pool in (
        ("masters", deployment.masters),
        *(("workers", one) for one in deployment.workers),
    ):
        if pool.flavour == "metal":
            pools[_group(pool.name)] = ("metal", role, _metal(site, pool))
        elif pool.flavour == "hpc":
            pools[_group(pool.name)] = ("hpc", role, _hpc(site, environment, cluster, pool))
    if not pools:
        return None
    children: dict[str, object] = {
        "metal": _parent(pools, "metal", {"node_flavour": "metal", "node_diskless": False}),
        "hpc": _parent(pools, "hpc", {"node_flavour": "hpc", "node_diskless": True}),
        "masters": _parent(pools, "masters", {"node_role": "master"}),
        "workers": _parent(pools, "workers", {"node_role": "worker"}),
        **{name: group for name, (_, _, group) in pools.items()},
    }
    return {"all": {"vars": _cluster(site, environment, cluster, deployment), "children": children}}


def _group(pool: str) -> str:
    """Groups of Ansible take no ``-``; names of pools have no ``_``."""
    return f"pool_{pool.replace('-', '_')}"


def _parent(
    pools: Mapping[str, tuple[str, str, dict[str, object]]],
    name: str,
    variables: dict[str, object],
) -> dict[str, object]:
    members: dict[str, object] = {
        pool: {} for pool, (flavour, role, _) in pools.items() if name in (flavour, role)
    }
    return {"vars": variables, "children": members} if members else {"vars": variables}


def _cluster(
    site: "Site", environment: "Environment", cluster: "Cluster", deployment: "Deployment"
) -> dict[str, object]:
    """What all nodes of the cluster share."""
    return {
        "cluster_id": identifier(environment, cluster),
        "cluster_name": cluster.name,
        "cluster_environment": environment,
        "cluster_api": deployment.api,
        "cluster_api_port": _API,
        "cluster_supervisor_port": _SUPERVISOR,
        "cluster_cni": cluster.cni.name,
        "cluster_modules": _modules(cluster),
        "cluster_registries": _registries(site),
        "cluster_resolved": _resolved(site),
        "cluster_ntp": list(site.ntp),
        "rancher_url": site.rancher.url.rstrip("/"),
        "rancher_ca_checksum": site.rancher.ca_checksum or "",
    }


def _modules(cluster: "Cluster") -> list[str]:
    """Kernel modules: RKE2's own, the network's, and those of volumes."""
    modules = ["overlay", "br_netfilter", "nf_conntrack"]
    modules += ["ipip"] if cluster.cni.name == "calico" else []
    modules += ["vxlan"]
    modules += ["wireguard"] if cluster.cni.encryption == "wireguard" else []
    modules += ["rbd", "ceph"] if "ceph-csi" in cluster.components else []
    return modules


def _registries(site: "Site") -> list[str]:
    """Hosts, with port, that images come from."""
    paths = [site.mirror.registry] if site.mirror else list(site.registries)
    hosts = [one.partition("/")[0] for one in paths]
    return list(dict.fromkeys(_DOCKER.get(host, host) for host in hosts))


def _resolved(site: "Site") -> list[str]:
    """Names that a node has to be able to resolve."""
    host = urlsplit(site.rancher.url).hostname
    hosts = [host, *(urlsplit(f"//{one}").hostname for one in _registries(site))]
    return list(dict.fromkeys(one for one in hosts if one is not None))


def _network(network: "Network") -> dict[str, object]:
    cidr = ipaddress.ip_network(network.cidr)
    return {
        "name": network.name,
        "vlan": network.vlan,
        "cidr": network.cidr,
        "prefix": cidr.prefixlen,
        "gateway": network.gateway,
        "mtu": network.mtu,
    }


def _network_of(site: "Site", name: str) -> dict[str, object]:
    return _network(next(one for one in site.networks if one.name == name))


def _pool(
    pool: "MetalPool | HpcPool", taints: list[dict[str, str]], labels: dict[str, str]
) -> dict[str, object]:
    own = [{"key": one.key, "value": one.value, "effect": one.effect} for one in pool.taints]
    return {
        "node_pool": pool.name,
        "node_labels": {POOL_LABEL: pool.name, **pool.labels, **labels},
        "node_taints": [*taints, *own],
        "node_memory_mb": thousandths(pool.memory) // (1000 * 2**20) if pool.memory else 0,
    }


def _metal(site: "Site", pool: "MetalPool") -> dict[str, object]:
    return {
        "vars": {
            **_pool(pool, [], {}),
            "node_interface": pool.interface,
            "node_network": _network_of(site, pool.network),
            "node_architecture": pool.architecture,
            "node_storage": {
                "type": "disk",
                "path": STORAGE,
                "device": pool.disk,
                "filesystem": FILESYSTEM,
                "label": LABEL,
            },
        },
        "hosts": {
            one.name: {
                "ansible_host": one.address,
                "node_address": one.address,
                "node_mac": one.mac,
            }
            for one in pool.servers
        },
    }


def _hpc(
    site: "Site", environment: "Environment", cluster: "Cluster", pool: "HpcPool"
) -> dict[str, object]:
    if site.alps is None:
        raise ValueError(f"pool {pool.name} is of nodes of Alps, and the site has none")
    vcluster = next(one for one in site.alps.vclusters if one.name == pool.vcluster)
    size = thousandths(pool.storage.size) // 1000
    storage: dict[str, object] = {
        "type": pool.storage.type,
        "path": STORAGE,
        "size_bytes": size,
    }
    if pool.storage.type == "rbd":
        ceph = site.ceph
        storage |= {
            "filesystem": FILESYSTEM,
            "pool": pool.storage.pool,
            "prefix": identifier(environment, cluster),
            "ceph_id": ceph.id if ceph else "",
            "monitors": list(ceph.monitors) if ceph else [],
        }
    taint = {"key": HPC_LABEL, "value": "true", "effect": "NoSchedule"}
    return {
        "vars": {
            "ansible_user": vcluster.user,
            **_pool(pool, [taint], {HPC_LABEL: "true"}),
            "node_interface": vcluster.interface,
            "node_network": _network_of(site, vcluster.network),
            "node_architecture": vcluster.architecture,
            "node_vcluster": vcluster.name,
            "node_storage": storage,
        },
        "hosts": {
            one.name: {"ansible_host": one.address, "node_address": one.address}
            for one in pool.nodes
        },
    }
