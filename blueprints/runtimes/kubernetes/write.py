"""Plain manifests of a service: what runs, how it is reached, what bounds it.

One node is a Deployment, several are a LeaderWorkerSet: one pod to a node, which come and go
together. Sources: the Kubernetes API reference; LeaderWorkerSet v1 (its pods know
``LWS_LEADER_ADDRESS`` and ``LWS_WORKER_INDEX``); vLLM's own multi-node mode.
"""

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Final

from blueprints.engine.blueprint import File
from blueprints.parts.manifests import (
    KEPT,
    LABEL,
    Document,
    manifest,
    restricted_container,
    restricted_pod,
    yaml_file,
)
from blueprints.parts.manifests import labels as every
from blueprints.runtimes.vllm_chart.write import amount
from blueprints.runtimes.writing.pods import (
    COMPONENT,
    cluster,
    external_secret,
    network_policy,
    node_labels,
    secret_variables,
    starting,
    steady,
    tolerations,
    variables,
    words,
)
from blueprints.runtimes.writing.route import routes
from blueprints.service.service import Mount, Service, secret_name
from blueprints.service.site import Site

CLUSTER: Final = "/tutela"
"""Where ``cluster.sh`` lies in pods of a Ray cluster."""
RENDEZVOUS: Final = 29500
"""The first node's port, of the engine's own multi-node mode."""
CANNOT: Mapping[str, str] = {
    "gather-seconds": "the engine's own rendezvous has a bound of its own; a Ray cluster keeps it",
    "interface": "nodes are pods, which have one network interface",
}
_LEADER: Final = "$(LWS_LEADER_ADDRESS)"
_USER: Final = 10001
_RESTRICTED: Final = {"openshift.io/required-scc": "restricted-v2"}
_SCRIPT: Final = Path(__file__).with_name("cluster.sh")


def write(service: Service, site: Site) -> Iterator[File]:
    """One file for each object."""
    name = "deployment" if service.nodes == 1 else "group"
    yield yaml_file(f"{name}.yaml", [_workload(service, site)])
    if service.gather == "ray":
        yield yaml_file("cluster.yaml", [_cluster_script(service, site)])
    yield yaml_file("account.yaml", [_account(service, site)])
    yield yaml_file("service.yaml", [_service(service, site)])
    yield yaml_file("cache.yaml", [_cache(service, site)])
    if service.nodes > 1:
        yield yaml_file("disruption.yaml", [_disruption(service, site)])
    yield yaml_file("network-policy.yaml", [network_policy(service, site, labels(service))])
    if service.secrets:
        secret = external_secret(service, site, secret_name(service))
        yield yaml_file("secret.yaml", [secret])
    outside = list(routes(service, site, asked_by(service)))
    if outside:
        yield yaml_file("route.yaml", outside)


def labels(service: Service) -> dict[str, str]:
    """By which the service's pods are selected."""
    return {f"{LABEL}name": service.name, f"{LABEL}component": COMPONENT}


def asked_by(service: Service) -> str:
    """The name of the Service that clients ask.

    LeaderWorkerSet makes one of its own name, by which its pods find each other, and takes any
    other that has this name for it: nothing would then resolve ``LWS_LEADER_ADDRESS``.
    """
    return service.name if service.nodes == 1 else f"{service.name}-leader"


def _object(
    service: Service,
    site: Site,
    api: str,
    kind: str,
    name: str,
    annotations: Mapping[str, str] | None = None,
    **body: object,
) -> Document:
    made = manifest(
        api,
        kind,
        name,
        namespace=cluster(site).namespace,
        part_of=service.name,
        component=COMPONENT,
        annotations=annotations,
    )
    return {**made, **body}


def _workload(service: Service, site: Site) -> Document:
    if service.nodes == 1:
        return _object(
            service,
            site,
            "apps/v1",
            "Deployment",
            service.name,
            spec={
                "replicas": 1,
                "revisionHistoryLimit": 3,
                # A second pod beside the first would wait for its accelerators for ever.
                "strategy": {"type": "Recreate"},
                "selector": {"matchLabels": labels(service)},
                "template": _template(service, site, words(service), asked=True),
            },
        )
    head, worker = _words(service)
    return _object(
        service,
        site,
        "leaderworkerset.x-k8s.io/v1",
        "LeaderWorkerSet",
        service.name,
        spec={
            "replicas": 1,
            "startupPolicy": "LeaderCreated",
            "leaderWorkerTemplate": {
                "size": service.nodes,
                # Nodes of one model are nothing without each other.
                "restartPolicy": "RecreateGroupOnPodRestart",
                "leaderTemplate": _template(service, site, head, asked=True),
                "workerTemplate": _template(service, site, worker, asked=False),
            },
        },
    )


def _words(service: Service) -> tuple[list[str], list[str]]:
    """Of the first node and of the others."""
    said = words(service)
    if service.gather == "ray":
        script, seconds = f"{CLUSTER}/cluster.sh", str(service.gather_seconds)
        return (
            ["bash", script, "head", str(service.nodes), seconds, *said],
            ["bash", script, "worker", _LEADER, seconds],
        )
    meet = [
        f"--nnodes={service.nodes}",
        f"--master-addr={_LEADER}",
        f"--master-port={RENDEZVOUS}",
    ]
    return (
        [*said, *meet, "--node-rank=0"],
        [*said, *meet, "--node-rank=$(LWS_WORKER_INDEX)", "--headless"],
    )


def _template(service: Service, site: Site, command: list[str], *, asked: bool) -> Document:
    return {
        "metadata": {
            "labels": {**every(service.name, COMPONENT), **labels(service)},
            # OpenShift gives every namespace users of its own and refuses others.
            **({"annotations": _RESTRICTED} if cluster(site).openshift else {}),
        },
        "spec": _pod(service, site, command, asked=asked),
    }


def _pod(service: Service, site: Site, command: list[str], *, asked: bool) -> Document:
    where = cluster(site)
    security = restricted_pod(_USER)
    if where.openshift:
        # The namespace has its own range of users, and gives one of them.
        for key in ("runAsUser", "runAsGroup", "fsGroup", "fsGroupChangePolicy"):
            security.pop(key, None)
    shared = {"hostNetwork": True, "dnsPolicy": "ClusterFirstWithHostNet"}
    return {
        "serviceAccountName": service.name,
        "automountServiceAccountToken": False,
        "enableServiceLinks": False,
        "terminationGracePeriodSeconds": 60,
        **(shared if where.host_network and service.nodes > 1 else {}),
        "securityContext": security,
        "nodeSelector": node_labels(service, site),
        "tolerations": [{**one, "effect": "NoSchedule"} for one in tolerations(site)],
        "containers": [_container(service, site, command, asked=asked)],
        "volumes": list(_volumes(service)),
    }


def _container(service: Service, site: Site, command: list[str], *, asked: bool) -> Document:
    probes: Document = {}
    if asked:
        alive = {**steady(service), "timeoutSeconds": 5}
        probes = {
            "ports": [{"name": "http", "containerPort": service.port}],
            "startupProbe": {**starting(service), "timeoutSeconds": 5},
            "readinessProbe": alive,
            "livenessProbe": {**alive, "failureThreshold": 10},
        }
    own: list[Document] = []
    if service.nodes > 1:
        address = {"fieldRef": {"fieldPath": "status.podIP"}}
        own = [{"name": "VLLM_HOST_IP", "valueFrom": address}]
    share = {
        "cpu": str(service.processors),
        **({"memory": amount(service.memory)} if service.memory else {}),
        "ephemeral-storage": "1Gi",
        site.accelerators.resource: str(service.devices),
    }
    return {
        "name": COMPONENT,
        "image": service.image.reference,
        "command": command,
        "workingDir": service.working_folder,
        "env": [*own, *variables(service), *secret_variables(service, secret_name(service))],
        **probes,
        "resources": {"requests": share, "limits": dict(share)},
        "securityContext": restricted_container(),
        "volumeMounts": list(_mounts(service)),
    }


def _mounts(service: Service) -> Iterator[Document]:
    for number, mount in enumerate(service.mounts):
        read_only = {"readOnly": True} if mount.read_only else {}
        yield {"name": _volume_name(number), "mountPath": mount.target, **read_only}
    yield {"name": "shm", "mountPath": "/dev/shm"}  # noqa: S108 - in the container
    yield {"name": "tmp", "mountPath": "/tmp"}  # noqa: S108
    if service.gather == "ray":
        yield {"name": "cluster", "mountPath": CLUSTER, "readOnly": True}


def _volumes(service: Service) -> Iterator[Document]:
    for number, mount in enumerate(service.mounts):
        yield {"name": _volume_name(number), **_volume(mount)}
    size = {"sizeLimit": amount(service.shared_memory)} if service.shared_memory else {}
    yield {"name": "shm", "emptyDir": {"medium": "Memory", **size}}
    yield {"name": "tmp", "emptyDir": {"medium": "Memory", "sizeLimit": "1Gi"}}
    if service.gather == "ray":
        yield {"name": "cluster", "configMap": {"name": f"{service.name}-cluster"}}


def _volume_name(number: int) -> str:
    return f"mount-{number}"


def _volume(mount: Mount) -> Document:
    if mount.config:
        return {"configMap": {"name": mount.claim}}
    read_only = {"readOnly": True} if mount.read_only else {}
    return {"persistentVolumeClaim": {"claimName": mount.claim, **read_only}}


def _cluster_script(service: Service, site: Site) -> Document:
    data = {"cluster.sh": _SCRIPT.read_text(encoding="utf-8")}
    return _object(service, site, "v1", "ConfigMap", f"{service.name}-cluster", data=data)


def _account(service: Service, site: Site) -> Document:
    return _object(
        service, site, "v1", "ServiceAccount", service.name, automountServiceAccountToken=False
    )


def _service(service: Service, site: Site) -> Document:
    selector = labels(service)
    if service.nodes > 1:
        selector["leaderworkerset.sigs.k8s.io/worker-index"] = "0"
    ports = [{"name": "http", "port": service.port, "targetPort": "http", "protocol": "TCP"}]
    return _object(
        service,
        site,
        "v1",
        "Service",
        asked_by(service),
        spec={"type": "ClusterIP", "selector": selector, "ports": ports},
    )


def _cache(service: Service, site: Site) -> Document:
    (claim,) = (mount.claim for mount in service.mounts if not mount.read_only)
    return _object(
        service,
        site,
        "v1",
        "PersistentVolumeClaim",
        claim,
        annotations=KEPT,
        spec={
            # What one node alone may write to dies with the node.
            "accessModes": ["ReadWriteMany"],
            "storageClassName": cluster(site).storage_class,
            "resources": {"requests": {"storage": "50Gi"}},
        },
    )


def _disruption(service: Service, site: Site) -> Document:
    """One node at a time, and none is kept from being drained by an engine that never came up.

    A service of one pod has none: it would permit all of its pods to go, or keep the node from ever
    being drained.
    """
    spec = {
        "maxUnavailable": 1,
        "unhealthyPodEvictionPolicy": "AlwaysAllow",
        "selector": {"matchLabels": labels(service)},
    }
    return _object(service, site, "policy/v1", "PodDisruptionBudget", service.name, spec=spec)
