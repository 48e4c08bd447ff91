"""Ansible's inventory: the gateway, servers, agents, and nodes of the supercomputer.

Playbooks take all that they know of the environment from it. Values are plain by their types:
Ansible reads texts of an inventory as templates, hence no free text goes into it.
"""

from collections.abc import Iterator
from typing import TYPE_CHECKING

from blueprints.engine.blueprint import File
from blueprints.kinds.cluster.documents.data import HPC_LABEL
from blueprints.kinds.cluster.names import POOL_LABEL
from blueprints.parts.manifests import yaml_file
from blueprints.parts.names import thousandths
from tce.intent import estate
from tce.render.cluster.encryption import HEALTH
from tce.render.cluster.machines import Node, nodes
from tce.render.cluster.rke2 import SUPERVISOR
from tce.render.network.machines import GATEWAY
from tce.render.secrets import keys
from tce.render.storage.longhorn import DISK_LABEL

if TYPE_CHECKING:
    from blueprints.kinds.cluster.spec import AnyPool
    from tce.intent.spec import Specification

PATH = "ansible/inventory.yaml"
DISK = "/dev/disk/by-id/virtio-data"
"""The blank disk, by the serial that the provider's machine gives it."""
RAM = "/var/lib/kubernetes"
"""Where the RAM disk of a diskless node is mounted."""
_HEADER = """\
Who Ansible works on. From the top of the repository:
  ansible-playbook ansible/playbooks/gateway.yaml
  ansible-playbook ansible/playbooks/cluster.yaml"""


def files(spec: "Specification") -> Iterator[File]:
    """``ansible/inventory.yaml``."""
    yield yaml_file(PATH, [inventory(spec)], _HEADER)


def inventory(spec: "Specification") -> dict[str, object]:
    """All groups, with what is the same in each."""
    pools = dict.fromkeys(one.pool for one in nodes(spec))
    servers = [name for name in pools if _role(spec, name) == "server"]
    agents = [name for name in pools if _role(spec, name) == "agent"]
    diskless = [name for name in pools if _pool(spec, name).flavour == "hpc"]
    virtual = [name for name in pools if name not in diskless]
    gateway = f"{spec.name}-{GATEWAY}"
    return {
        "all": {
            "vars": _shared(spec),
            "children": {
                "gateway": {
                    "vars": {"ansible_user": spec.harvester.user},
                    "hosts": {gateway: {"ansible_host": _address(spec)}},
                },
                "servers": _parent(servers, {"node_role": "server"}),
                "agents": _parent(agents, {"node_role": "agent"}),
                "virtual": _parent(
                    virtual,
                    {
                        "ansible_user": spec.harvester.user,
                        "node_diskless": False,
                        "node_disk": DISK,
                    },
                ),
                "diskless": _parent(diskless, {"node_diskless": True, "node_ram_path": RAM}),
                **{_group(name): _members(spec, name) for name in pools},
            },
        }
    }


def _group(pool: str) -> str:
    """Groups of Ansible take no ``-``; names of pools have no ``_``."""
    return f"pool_{pool.replace('-', '_')}"


def _parent(pools: list[str], variables: dict[str, object]) -> dict[str, object]:
    members: dict[str, object] = {_group(name): {} for name in pools}
    return {"vars": variables, "children": members} if members else {"vars": variables}


def _shared(spec: "Specification") -> dict[str, object]:
    return {
        "tce_name": spec.name,
        "tce_api": spec.cluster.environments[estate.ENVIRONMENT].api,
        "tce_api_image": spec.api,
        "tce_api_leg": next(zone.leg for zone in spec.zones.values() if zone.kind == "tce"),
        "tce_supervisor_port": SUPERVISOR,
        "tce_kubernetes": spec.versions.kubernetes,
        "tce_kms_health": HEALTH,
        "tce_ca": keys.CA if spec.keys.bao.ca else "",
        "tce_modules": _modules(spec),
        "tce_tang": [
            {"url": one.url, "thumbprint": one.thumbprint, "adv": keys.advertisement(one.url)}
            for one in spec.keys.tang
        ],
        "tce_tang_threshold": spec.keys.threshold,
        "tce_vpn_leg": spec.vpn.leg,
        "tce_vpn_public_key": spec.vpn.public_key,
    }


def _modules(spec: "Specification") -> list[str]:
    """RKE2's own, the network's, and those of encrypted volumes."""
    volumes = ["iscsi_tcp"] if spec.ceph is None else ["rbd"]
    return ["overlay", "br_netfilter", "nf_conntrack", "vxlan", "wireguard", "dm_crypt", *volumes]


def _address(spec: "Specification") -> str:
    """The gateway's, in the family of nodes: in the environment, reached by the tunnel."""
    family = estate.version(spec)
    return next(one for one in spec.gateway.addresses if (":" in one) == (family == 6))


def _role(spec: "Specification", pool: str) -> str:
    return next(one.role for one in nodes(spec) if one.pool == pool)


def _pool(spec: "Specification", name: str) -> "AnyPool":
    deployment = spec.cluster.environments[estate.ENVIRONMENT]
    return next(one for one in (deployment.masters, *deployment.workers) if one.name == name)


def _members(spec: "Specification", name: str) -> dict[str, object]:
    pool = _pool(spec, name)
    members = {one.name: _host(one) for one in nodes(spec) if one.pool == name}
    return {"vars": _of_pool(spec, pool), "hosts": members}


def _host(node: Node) -> dict[str, str]:
    return {"ansible_host": node.address, "node_address": node.address}


def _of_pool(spec: "Specification", pool: "AnyPool") -> dict[str, object]:
    labels = {POOL_LABEL: pool.name, **pool.labels}
    taints = [{"key": one.key, "value": one.value, "effect": one.effect} for one in pool.taints]
    more: dict[str, object] = {}
    if pool.flavour == "hpc":
        labels[HPC_LABEL] = "true"
        taints.insert(0, {"key": HPC_LABEL, "value": "true", "effect": "NoSchedule"})
        more["node_ram_bytes"] = thousandths(pool.storage.size) // 1000
        if spec.vcluster is not None:
            more["ansible_user"] = spec.vcluster.user
    elif spec.ceph is None and _role(spec, pool.name) == "agent":
        labels[DISK_LABEL] = "true"
    return {"node_pool": pool.name, "node_labels": labels, "node_taints": taints, **more}
