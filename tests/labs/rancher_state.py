"""What a Rancher knows: clusters, machines, nodes, and what Kubernetes knows in each cluster.

Shapes: provisioning.cattle.io/v1 Cluster, cluster.x-k8s.io Machine with the labels of
rancher/rancher pkg/capr (``rke.cattle.io/machine-id``, ``node-name``, ``machine``), ``v3/nodes`` of
Rancher's own API (id ``<cluster>:machine-..``), Kubernetes core/v1. A machine that registers by
hand is called ``custom-`` and the first 12 digits of the SHA-256 of its id
(pkg/capr/configserver/custom.go), hence one id is one machine however often it asks.
"""

import base64
import hashlib
import json
import secrets
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

Thing = dict[str, Any]
NAMESPACE = "fleet-default"
LEASE_SECONDS = 10.0
"""Without a renewed lease for so long a node is not ready; the real one waits 40 s."""


@dataclass
class Cluster:
    """One downstream cluster."""

    name: str
    id: str
    registration: str = field(default_factory=lambda: secrets.token_hex(27))
    """The token that machines register with."""
    server_token: str = field(default_factory=lambda: secrets.token_hex(16))
    """RKE2's own, in the plan of each machine."""
    nodes: dict[str, Thing] = field(default_factory=dict)
    leases: dict[str, float] = field(default_factory=dict)
    pods: dict[tuple[str, str], Thing] = field(default_factory=dict)
    budgets: dict[tuple[str, str], int] = field(default_factory=dict)
    """Pod -> how many evictions its PodDisruptionBudget still refuses; -1: all."""
    secrets: dict[tuple[str, str], Thing] = field(default_factory=dict)


@dataclass(frozen=True)
class Registration:
    """All that is known of one name in one cluster."""

    machines: tuple[str, ...]
    management: tuple[str, ...]
    nodes: tuple[str, ...]
    passwords: tuple[str, ...]


class State:
    """Everything that the server answers from; not safe for threads by itself."""

    def __init__(self, clusters: list[str], clock: Callable[[], float] = time.monotonic) -> None:
        """Clusters without nodes."""
        self.clock = clock
        self.clusters: dict[str, Cluster] = {}
        for name in clusters:
            short = hashlib.sha256(name.encode()).hexdigest()[:8]
            self.clusters[name] = Cluster(name, f"c-m-{short}")
        self.machines: dict[str, Thing] = {}
        self.plans: dict[str, Thing] = {}
        """Name of a machine -> the Secret of its plan."""
        self.management: dict[str, Thing] = {}
        self.tokens: dict[str, frozenset[str]] = {}
        """API token -> names of the clusters that its owner owns."""
        self.agents: dict[str, str] = {}
        """Token of an agent -> its machine."""

    def token(self, *clusters: str) -> str:
        """A new API token of somebody who owns these clusters."""
        made = f"token-{secrets.token_hex(3)[:5]}:{secrets.token_hex(27)}"
        self.tokens[made] = frozenset(clusters)
        return made

    def by_id(self, cluster: str) -> Cluster | None:
        """The cluster of an id such as c-m-0123abcd."""
        return next((one for one in self.clusters.values() if one.id == cluster), None)

    def registered(self, cluster: str, node: str) -> Registration:
        """What is known of a node's name in a cluster."""
        here = self.clusters[cluster]
        machines = [
            name
            for name, machine in self.machines.items()
            if machine["spec"]["clusterName"] == cluster
            and machine["metadata"]["labels"].get("rke.cattle.io/node-name") == node
        ]
        return Registration(
            tuple(sorted(machines)),
            tuple(
                sorted(
                    number
                    for number, known in self.management.items()
                    if known["clusterId"] == here.id and known["nodeName"] == node
                )
            ),
            tuple(name for name in here.nodes if name == node),
            tuple(name for _, name in here.secrets if name == f"{node}.node-password.rke2"),
        )

    def connect(self, token: str, headers: dict[str, str], server: str) -> str | None:
        """A machine registers, or asks again: its name. None: the token is nobody's."""
        cluster = next((one for one in self.clusters.values() if one.registration == token), None)
        machine_id = headers.get("id", "")
        if cluster is None or not machine_id:
            return None
        name = f"custom-{hashlib.sha256(machine_id.encode()).hexdigest()[:12]}"
        if name in self.machines:
            return name
        uid = secrets.token_hex(16)
        node = headers["node-name"]
        labels = {
            "cluster.x-k8s.io/cluster-name": cluster.name,
            "rke.cattle.io/cluster-name": cluster.name,
            "rke.cattle.io/machine-id": machine_id,
            "rke.cattle.io/node-name": node,
        }
        for role in ("etcd", "control-plane", "worker"):
            if headers.get(f"role-{role}") == "true":
                labels[f"rke.cattle.io/{role}-role"] = "true"
        self.machines[name] = {
            "id": f"{NAMESPACE}/{name}",
            "type": "cluster.x-k8s.io.machine",
            "apiVersion": "cluster.x-k8s.io/v1beta1",
            "kind": "Machine",
            "metadata": {"name": name, "namespace": NAMESPACE, "uid": uid, "labels": labels},
            "spec": {"clusterName": cluster.name},
            "status": {"phase": "Provisioning"},
        }
        self.plans[name] = self._plan(cluster, uid, headers, server)
        return name

    def agent(self, machine: str) -> str:
        """A token for the agent of a machine."""
        token = secrets.token_hex(24)
        self.agents[token] = machine
        return token

    def _plan(self, cluster: Cluster, uid: str, headers: dict[str, str], server: str) -> Thing:
        """The Secret with what the agent has to do: RKE2's configuration and RKE2 itself."""
        config = {
            "server": server,
            "token": cluster.server_token,
            "lab-cluster": cluster.id,
            "node-name": headers["node-name"],
            "node-ip": headers.get("internal-address") or headers.get("address", ""),
            "node-label": sorted(
                [
                    *filter(None, headers.get("labels", "").split(",")),
                    f"rke.cattle.io/machine={uid}",
                ]
            ),
            "node-taint": [*filter(None, headers.get("taints", "").split(","))],
        }
        text = json.dumps(config, indent=2)
        file = {
            "path": "/etc/rancher/rke2/config.yaml.d/50-rancher.yaml",
            "content": base64.b64encode(text.encode()).decode(),
        }
        plan = {"files": [file], "checksum": hashlib.sha256(text.encode()).hexdigest()}
        return {"data": {"plan": base64.b64encode(json.dumps(plan).encode()).decode()}}

    def password(self, cluster: Cluster, node: str, shown: str) -> bool:
        """Whether a node's password is the one that its name is known with; the first one is."""
        key = ("kube-system", f"{node}.node-password.rke2")
        digest = hashlib.sha256(shown.encode()).hexdigest()
        secret = cluster.secrets.setdefault(
            key, {"metadata": {"name": key[1], "namespace": key[0]}, "data": {"hash": digest}}
        )
        return bool(secret["data"]["hash"] == digest)

    def join(self, cluster: Cluster, node: Thing) -> bool:
        """A kubelet registers its Node. False: it is there already, and stays as it is."""
        name = node["metadata"]["name"]
        if name in cluster.nodes:
            return False
        cluster.nodes[name] = node
        cluster.leases[name] = self.clock()
        uid = node["metadata"]["labels"].get("rke.cattle.io/machine")
        for machine in self.machines.values():
            if machine["metadata"]["uid"] == uid:
                machine["status"] = {"phase": "Running", "nodeRef": {"kind": "Node", "name": name}}
        number = f"{cluster.id}:machine-{secrets.token_hex(3)[:5]}"
        self.management[number] = {
            "id": number,
            "type": "node",
            "clusterId": cluster.id,
            "nodeName": name,
            "requestedHostname": name,
            "state": "active",
        }
        return True

    def node(self, cluster: Cluster, name: str) -> Thing:
        """A Node as the API server shows it now."""
        late = self.clock() - cluster.leases.get(name, 0) > LEASE_SECONDS
        ready = {"type": "Ready", "status": "Unknown" if late else "True"}
        node = cluster.nodes[name]
        return {**node, "status": {**node.get("status", {}), "conditions": [ready]}}

    def pod(self, cluster: str, node: str, name: str, owner: str = "ReplicaSet") -> None:
        """Somebody's pod on a node; of a DaemonSet, a Node (a static one) or what can be moved."""
        self.clusters[cluster].pods["default", name] = {
            "metadata": {
                "name": name,
                "namespace": "default",
                "ownerReferences": [{"kind": owner, "name": name, "controller": True}],
                "annotations": {"kubernetes.io/config.mirror": "x"} if owner == "Node" else {},
            },
            "spec": {"nodeName": node},
            "status": {"phase": "Running"},
        }
