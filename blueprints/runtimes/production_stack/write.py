"""Values for production-stack's chart ``vllm-stack`` 0.1.10, and what it does not make itself.

Source: ``helm/`` of vllm-project/production-stack at ``vllm-stack-0.1.10``. One node becomes a
Deployment, several a KubeRay cluster (``raySpec``): its head starts the engine once as many nodes
are alive as there should be. Beside the values lie ``manifests/``: the claim of the cache, a policy
that keeps others from Ray's ports, and what fills the service's Secret.
"""

import hashlib
import re
from collections.abc import Iterator, Mapping
from typing import Final

from blueprints.engine.blueprint import File
from blueprints.parts.manifests import KEPT, Document, manifest, restricted_pod, yaml_file
from blueprints.runtimes.vllm_chart.write import amount
from blueprints.runtimes.writing.pods import (
    COMPONENT,
    cluster,
    escaped,
    external_secret,
    network_policy,
    node_labels,
    starting,
    steady,
    tolerations,
)
from blueprints.runtimes.writing.route import routes
from blueprints.service.service import Mount, Service
from blueprints.service.site import Site

OWN_ALONE: Final = ("HF_HOME", "LMCACHE_LOG_LEVEL", "POD_IP", "PROMETHEUS_MULTIPROC_DIR")
OWN_RAY: Final = ("EXPECTED_NODES", "HF_HOME", "LMCACHE_LOG_LEVEL", "VLLM_HOST_IP")
"""Variables that the chart sets on one node, and on several. Setting one a second time would make a
list that server-side apply refuses, so they are left out: what the chart says holds."""
_SET: Final = "the chart sets it itself, and a second time would be refused"
CANNOT: Mapping[str, str] = {
    "working-folder": "the chart sets none; no path of the command is relative",
    **{f"env.{name}": _SET for name in (*OWN_ALONE, *OWN_RAY, "VLLM_USE_V1")},
    "env.HF_HOME": "the chart sets it to /data, a small volume of its own",
    "gather-seconds": "the chart gives Ray 450 seconds, then starts its head anew",
    "interface": "nodes are pods, which have one network interface",
    "probe.start-seconds": "with raySpec the chart's startup probe asks for Ray",
    "probe.period-seconds": "with raySpec the chart asks every 10 seconds",
    "progress": "the chart calls a rollout failed after 20 minutes, while the pod goes on starting",
    "user": "with raySpec containers run as their image's own user, which may be root",
    "restart": "with raySpec nothing starts an engine again that ended; its head stays unready",
    "prefix-caching": "on one node the chart always says --enable-prefix-caching or its opposite;"
    " it is told to say what the engine does anyway",
}
WORD: Final = "TUTELA_WORD_"
"""Variables that hold words of the command which bash would take apart."""
_PLAIN = re.compile(r"[A-Za-z0-9_./:=,@%+\-{}\[\] \"']*")
_BARE = re.compile(r"[A-Za-z0-9_./:@%+\-]+")
_USER: Final = 10001
_HEALTH: Final = "/health"
_HEADER = """\
Values for production-stack's chart vllm-stack 0.1.10. Generated: change spec.yaml.
The release has to be called {name}; manifests/ belongs to it.{needs}"""
_NEEDS = "\nSeveral nodes are a RayCluster: the cluster has to run the KubeRay operator."


def write(service: Service, site: Site) -> Iterator[File]:
    """``values.yaml`` and ``manifests/``."""
    header = _HEADER.format(name=service.name, needs=_NEEDS if service.nodes > 1 else "")
    yield yaml_file("values.yaml", [values(service, site)], header)
    yield yaml_file("manifests/cache.yaml", [_cache(service, site)])
    yield yaml_file("manifests/network-policy.yaml", [_policy(service, site)])
    ways = list(routes(service, site, f"{service.name}-{model_name(service)}-engine-service"))
    if ways:
        yield yaml_file("manifests/route.yaml", ways)
    if service.secrets:
        secret = external_secret(service, site, secret_name(service))
        yield yaml_file("manifests/secret.yaml", [secret])


def unfit(service: Service) -> Iterator[str]:
    """Why the chart cannot start a service at all."""
    if service.gather == "engine":
        yield "production-stack 0.1.10 gathers nodes by Ray; this service uses the engine's own way"
    if service.command[:2] != ("vllm", "serve"):
        yield "production-stack starts vllm serve and nothing else"
    elif service.gather == "ray" and not _BARE.fullmatch(service.command[2]):
        yield f"production-stack's script would take {service.command[2]!r} apart"
    if service.gather == "ray" and service.probe.path != _HEALTH:
        yield f"production-stack asks a Ray cluster at {_HEALTH}, and not at {service.probe.path}"


def secret_name(service: Service) -> str:
    """Not ``<service>-secrets``: the chart makes one of that name itself, and empty."""
    return f"{service.name}-engine"


def model_name(service: Service) -> str:
    """What the chart makes names of pods, Services and ConfigMaps from, behind the release's.

    ConfigMaps carry it alone, so that it has to be the service's own; a pod's host name with it
    must not exceed 63 characters.
    """
    if len(service.name) <= 20:
        return service.name
    return (
        f"{service.name[:11].rstrip('-')}-{hashlib.sha256(service.name.encode()).hexdigest()[:8]}"
    )


def values(service: Service, site: Site) -> Document:
    """All values that matter, those with a dangerous default too."""
    engine: Document = {
        "enableEngine": True,
        "labels": {"environment": "serving", "release": service.name},
        "vllmApiKey": _reference(service, "VLLM_API_KEY"),
        "containerPort": service.port,
        "servicePort": service.port,
        "runtimeClassName": "nvidia" if service.accelerator == "cuda" else "",
        "imagePullPolicy": "IfNotPresent",
        # A second pod beside the first would wait for its accelerators for ever.
        "strategy": {"type": "Recreate"},
        "startupProbe": starting(service),
        "livenessProbe": {**steady(service), "failureThreshold": 10},
        "tolerations": tolerations(site),
        "securityContext": _security(service, site),
        "containerSecurityContext": {
            "allowPrivilegeEscalation": False,
            "capabilities": {"drop": ["ALL"]},
            "privileged": False,
            "runAsNonRoot": service.nodes == 1,
        },
        "modelSpec": [_model(service, site)],
    }
    # Its router is an image by tag from the internet, with rights on the namespace's pods.
    return {"servingEngineSpec": engine, "routerSpec": {"enableRouter": False}}


def _security(service: Service, site: Site) -> Document:
    """Of the pod. Of a Ray cluster none: the chart puts a worker's where no cluster takes it."""
    if service.nodes > 1:
        return {}
    if cluster(site).openshift:
        # OpenShift gives every namespace users of its own and refuses others.
        return {"runAsNonRoot": True, "seccompProfile": {"type": "RuntimeDefault"}}
    return restricted_pod(_USER)


def _model(service: Service, site: Site) -> Document:
    algorithm, _, digits = service.image.digest.partition(":")
    share = {
        "requestCPU": service.processors,
        "requestMemory": amount(service.memory),
        "limitCPU": service.processors,
        "limitMemory": amount(service.memory),
        "requestGPU": service.devices,
        "requestGPUType": site.accelerators.resource,
    }
    several = service.nodes > 1
    model: Document = {
        "name": model_name(service),
        # The chart puts a colon between the two: name@sha256:digits.
        "repository": f"{service.image.name}@{algorithm}",
        "tag": digits,
        "modelURL": service.command[2] if several else escaped(service.command[2]),
        "replicaCount": service.nodes - 1 if several else 1,
        **share,
        # For HF_HOME, which the chart puts there; weights and cache are volumes of their own.
        "pvcStorage": "1Gi",
        "pvcAccessMode": [_access(service)],
        "storageClass": cluster(site).storage_class,
        "shmSize": amount(service.shared_memory),
        "env": [*_variables(service), *_words_apart(service)],
        "nodeSelectorTerms": [
            {
                "matchExpressions": [
                    {"key": key, "operator": "In", "values": [value]}
                    for key, value in node_labels(service, site).items()
                ]
            }
        ],
        "extraVolumes": [_volume(mount) for mount in service.mounts],
        "extraVolumeMounts": [_mount(mount) for mount in service.mounts],
        "vllmConfig": _engine(service),
    }
    token = _reference(service, "HF_TOKEN")
    if token:
        model["hf_token"] = token
    if several:
        # The head computes too: the engine runs on it, and needs its accelerators.
        model["raySpec"] = {"enabled": True, "headNode": share}
    return model


def _engine(service: Service) -> Document:
    rest = service.command[3:]
    if service.nodes == 1:
        return {
            "enablePrefixCaching": "--no-enable-prefix-caching" not in rest,
            "tensorParallelSize": _tensor(service),
            "extraArgs": [escaped(word) for word in rest],
            **_generation(service, "v0", {"0": "1"}),
        }
    return {
        "tensorParallelSize": _tensor(service),
        "extraArgs": [
            word if _PLAIN.fullmatch(word) else f"${{{WORD}{number}}}"
            for number, word in enumerate(rest, 3)
        ],
        # Without it the chart asks for the engine of before 2025.
        "v1": service.environment.get("VLLM_USE_V1", "1"),
    }


def _generation(service: Service, key: str, names: Mapping[str, str]) -> Document:
    said = service.environment.get("VLLM_USE_V1", "")
    return {key: names[said]} if said in names else {}


def _tensor(service: Service) -> int:
    """With it the chart mounts /dev/shm; the command says it again, behind."""
    for word in service.command:
        found = re.fullmatch(r"--tensor-parallel-size=([1-9][0-9]{0,3})", word)
        if found:
            return int(found[1])
    return service.devices


def _variables(service: Service) -> Iterator[Document]:
    own = OWN_ALONE if service.nodes == 1 else OWN_RAY
    for name, text in service.environment.items():
        if name not in (*own, "VLLM_USE_V1"):
            yield {"name": name, "value": escaped(text)}
    for name in service.secrets:
        if name not in ("VLLM_API_KEY", "HF_TOKEN"):
            key = {"name": secret_name(service), "key": name}
            yield {"name": name, "valueFrom": {"secretKeyRef": key}}


def _words_apart(service: Service) -> Iterator[Document]:
    if service.nodes > 1:
        for number, word in enumerate(service.command[3:], 3):
            if not _PLAIN.fullmatch(word):
                yield {"name": f"{WORD}{number}", "value": escaped(word)}


def _reference(service: Service, variable: str) -> Document | str:
    if variable not in service.secrets:
        return ""
    return {"secretName": secret_name(service), "secretKey": variable}


def _access(service: Service) -> str:
    return "ReadWriteMany" if service.nodes > 1 else "ReadWriteOnce"


def _volume(mount: Mount) -> Document:
    if mount.config:
        return {"name": mount.claim, "configMap": {"name": mount.claim}}
    claim = {"claimName": mount.claim, "readOnly": mount.read_only}
    return {"name": mount.claim, "persistentVolumeClaim": claim}


def _mount(mount: Mount) -> Document:
    return {"name": mount.claim, "mountPath": mount.target, "readOnly": mount.read_only}


def _cache(service: Service, site: Site) -> Document:
    (claim,) = (mount.claim for mount in service.mounts if not mount.read_only)
    return manifest(
        "v1",
        "PersistentVolumeClaim",
        claim,
        namespace=cluster(site).namespace,
        part_of=service.name,
        component=COMPONENT,
        annotations=KEPT,
        spec={
            "accessModes": [_access(service)],
            "storageClassName": cluster(site).storage_class,
            "resources": {"requests": {"storage": "50Gi"}},
        },
    )


def _policy(service: Service, site: Site) -> Document:
    labels = {"helm-release-name": service.name, "model": model_name(service)}
    return network_policy(service, site, labels)
