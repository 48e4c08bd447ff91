"""Values for the chart that vLLM ships, from its version 0.0.2 (vLLM 0.28) on.

Source: ``deployment/chart-helm`` in vLLM's own source archive (before 0.27
``examples/online_serving/chart-helm``). Older charts give every pod of a namespace the same labels,
so that a Service leads to the pods of all models. What the chart cannot say is in :data:`CANNOT`;
how it is worked around stands with each value.
"""

import re
from collections.abc import Iterator, Mapping
from typing import Final

from blueprints.engine.blueprint import File
from blueprints.parts.manifests import Document, yaml_file
from blueprints.parts.names import thousandths
from blueprints.runtimes.writing.pods import (
    escaped,
    external_secret,
    network_policy,
    node_labels,
    starting,
    steady,
    tolerations,
)
from blueprints.runtimes.writing.route import routes
from blueprints.service.service import CACHE, MODELS, Service
from blueprints.service.site import Site

RESOURCE: Final = "nvidia.com/gpu"
"""The only device that the chart counts."""
CANNOT: Mapping[str, str] = {
    "mount.*": "the chart mounts one claim of its own at /data, writable: weights lie in its folder"
    " models, the cache in its folder cache",
    "user": "the chart makes its volume nobody else's: the container runs as its image's own user",
    "working-folder": "the chart sets none; no path of the command is relative",
    "progress": "the chart calls a rollout failed after 20 minutes, while the pod goes on starting",
    "shared-memory": "the chart leaves /dev/shm as the container runtime makes it, 64 MiB",
}
_PLACE = re.compile(rf"(?<![\w.\-/])(?:/data)*(?:{MODELS}|{CACHE})(?![\w.\-])")
_WAIT = """\
until [ -e "$1/tutela.mirror.json" ]; do
  echo "waiting for weights in $1"
  sleep 15
done
"""
_HEADER = """\
Values for vLLM's own chart. Generated: change spec.yaml.
The release has to be called {name}; manifests/ belongs to it.
Paths below /data are the chart's one volume."""


def write(service: Service, site: Site) -> Iterator[File]:
    """``values.yaml``, and in ``manifests/`` what the chart does not make."""
    yield yaml_file("values.yaml", [values(service, site)], _HEADER.format(name=service.name))
    policy = network_policy(service, site, _labels(service))
    yield yaml_file("manifests/network-policy.yaml", [policy])
    ways = list(routes(service, site, service.name))
    if ways:
        yield yaml_file("manifests/route.yaml", ways)
    if service.secrets:
        secret = external_secret(service, site, secret_name(service))
        yield yaml_file("manifests/secret.yaml", [secret])


def unfit(service: Service) -> Iterator[str]:
    """Why the chart cannot start a service at all."""
    if service.nodes > 1:
        yield "vLLM's chart starts one pod; this service needs several nodes"
    if service.accelerator != "cuda":
        yield f"vLLM's chart asks for {RESOURCE} alone; this service is for {service.accelerator}"
    if service.name == "vllm":
        yield "vLLM's chart makes a Service of this name, which sets VLLM_PORT in pods beside it"
    for mount in service.mounts:
        if mount.config:
            yield f"vLLM's chart mounts its own volume alone; this service needs {mount.target}"


def secret_name(service: Service) -> str:
    """Not ``<service>-secrets``: the chart makes one of that name itself, and empty."""
    return f"{service.name}-engine"


def placed(text: str) -> str:
    """A word or value with paths of the service where the chart's volume has them.

    Every such path gets one more ``/data``, so that a reader finds the one that was meant.
    """
    return _PLACE.sub(r"/data\g<0>", text)


def values(service: Service, site: Site) -> Document:
    """All values that matter, those with a dangerous default too."""
    algorithm, _, digits = service.image.digest.partition(":")
    secrets = secret_name(service)
    return {
        "image": {
            # The chart puts a colon between the two: name@sha256:digits.
            "repository": f"{service.image.name}@{algorithm}",
            "tag": digits,
            "command": [escaped(placed(word)) for word in service.command],
            "env": [
                *(
                    {"name": key, "value": escaped(placed(text))}
                    for key, text in service.environment.items()
                ),
                *(
                    {"name": key, "valueFrom": {"secretKeyRef": {"name": secrets, "key": key}}}
                    for key in service.secrets
                ),
            ],
            "securityContext": {
                "allowPrivilegeEscalation": False,
                "capabilities": {"drop": ["ALL"]},
                "seccompProfile": {"type": "RuntimeDefault"},
            },
        },
        "serviceName": service.name,
        "servicePort": service.port,
        "containerPort": service.port,
        "labels": _labels(service),
        "replicaCount": 1,
        # A second pod beside the first would wait for its accelerators and its volume for ever.
        "deploymentStrategy": {"type": "Recreate"},
        "autoscaling": {
            "enabled": False,
            "minReplicas": 1,
            "maxReplicas": 1,
            "targetCPUUtilizationPercentage": 80,
        },
        "resources": {"requests": _resources(service), "limits": _resources(service)},
        "gpuModels": [_product(site)],
        "nodeSelector": node_labels(service, site),
        "tolerations": tolerations(site),
        "readinessProbe": steady(service),
        # The chart knows no startup probe: this one keeps quiet until the start has to be over.
        "livenessProbe": _patient(service),
        "extraInit": _volume(service, site),
    }


def _labels(service: Service) -> dict[str, str]:
    """Of the pod, by which the chart's Service finds it; the chart insists on both."""
    return {"environment": "serving", "release": service.name}


def _resources(service: Service) -> Document:
    # A memory of 0 is none that is limited; the chart insists on a text.
    return {
        "cpu": service.processors,
        "memory": amount(service.memory),
        RESOURCE: service.devices,
    }


def amount(number: int) -> str:
    """Bytes as Kubernetes writes them, in the largest unit that divides them."""
    for power, unit in ((4, "Ti"), (3, "Gi"), (2, "Mi"), (1, "Ki")):
        if number and number % 1024**power == 0:
            return f"{number // 1024**power}{unit}"
    return str(number)


def _product(site: Site) -> str:
    """As NVIDIA's feature discovery writes it into the label ``nvidia.com/gpu.product``."""
    return re.sub(r"[^A-Za-z0-9._]+", "-", site.accelerators.product).strip("-._")[:63]


def _patient(service: Service) -> Document:
    period, start = service.probe.period_seconds, service.probe.start_seconds
    tries = max(1, min(10, start // period))
    return {
        **starting(service),
        "periodSeconds": min(period, start),
        "initialDelaySeconds": start - tries * min(period, start),
        "failureThreshold": tries,
    }


def _volume(service: Service, site: Site) -> Document:
    """The chart's claim, and a pod that does not start before weights are there: the record of the
    mirror is what the Job that fetches them puts down last."""
    return {
        "pvcStorage": _storage(service, site),
        # Its download runs an image by tag from the internet, with keys of the object store.
        "modelDownload": {"enabled": False},
        "initContainers": [
            {
                "name": "wait-for-weights",
                "image": service.image.reference,
                "command": ["sh", "-euc", _WAIT, "wait-for-weights", placed(service.command[2])],
                "securityContext": {
                    "allowPrivilegeEscalation": False,
                    "capabilities": {"drop": ["ALL"]},
                },
                "resources": {
                    "requests": {"cpu": "50m", "memory": "64Mi"},
                    "limits": {"cpu": "200m", "memory": "256Mi"},
                },
                "volumeMounts": [
                    {"name": f"{service.name}-storage", "mountPath": "/data", "readOnly": True}
                ],
            }
        ],
    }


def _storage(service: Service, site: Site) -> str:
    """Weights fit into the accelerators' memory; as much again for the cache and a second model."""
    memory = thousandths(site.accelerators.memory) // 1000 * service.devices
    return f"{-(-2 * memory // 2**30)}Gi"
