"""Values of vLLM's chart, read by what its templates make of them, or what Helm made of them.

Source: ``deployment/chart-helm/templates`` of vLLM 0.28. Keys that the chart does not know are
told: Helm takes them without a word.
"""

import re
from collections.abc import Iterable, Mapping
from typing import Any, Final

from blueprints.check.documents import items, mapping, text
from blueprints.runtimes.reading.manifests import (
    Manifest,
    documents,
    of_kind,
    secret_keys,
)
from blueprints.runtimes.reading.manifests import manifests as read_manifests
from blueprints.runtimes.reading.pods import pod_facts
from blueprints.runtimes.runtime import ReadError
from blueprints.service.facts import Facts

FILE: Final = "values.yaml"
_KNOWN: Final[Mapping[str, Any]] = {
    "image": {"repository", "tag", "command", "env", "securityContext", "runAsUser"},
    "serviceName": None,
    "servicePort": None,
    "containerPort": None,
    "extraPorts": None,
    "labels": None,
    "replicaCount": None,
    "deploymentStrategy": None,
    "autoscaling": {
        "enabled",
        "minReplicas",
        "maxReplicas",
        "targetCPUUtilizationPercentage",
        "targetMemoryUtilizationPercentage",
    },
    "resources": {"requests", "limits"},
    "gpuModels": None,
    "configs": None,
    "secrets": None,
    "externalConfigs": None,
    "customObjects": None,
    "maxUnavailablePodDisruptionBudget": None,
    "nodeSelector": None,
    "tolerations": None,
    "readinessProbe": None,
    "livenessProbe": None,
    "extraContainers": None,
    "extraInit": {
        "modelDownload",
        "initContainers",
        "s3modelpath",
        "pvcStorage",
        "awsEc2MetadataDisabled",
    },
}
_PLACE = re.compile(r"(?<![\w.\-/])(/data)?((?:/data)*(?:/models|/cache))(?![\w.\-])")
_WAITS = "also.init.wait-for-weights"


def read(files: Mapping[str, bytes]) -> Facts:
    """Facts of ``values.yaml``; raises ReadError."""
    values = _values(files)
    pod = {
        "containers": [_engine(values), *items(values.data, "extraContainers")],
        "initContainers": _before(values.data),
        "nodeSelector": mapping(values.data, "nodeSelector"),
        "volumes": [{"name": "storage", "persistentVolumeClaim": {"claimName": "storage-claim"}}],
    }
    facts = pod_facts(values, pod, container="vllm", keys=_keys(files, ()))
    found = _as_meant(facts, text(values.data, "serviceName"), values)
    if items(values.data, "customObjects"):
        found["also.custom-objects"] = "brought by the chart"
    return found


def read_rendered(files: Mapping[str, bytes], made: Mapping[str, bytes]) -> Facts:
    """Facts of what Helm made of the chart with these values; raises ReadError."""
    values = _values(files)
    objects = read_manifests(made)
    deployments = of_kind(objects, "Deployment")
    if len(deployments) != 1:
        raise ReadError(f"{FILE}:1: the chart makes {len(deployments)} Deployments of it")
    one = deployments[0]
    pod = mapping(one.data, "spec", "template", "spec")
    facts = pod_facts(one, pod, container="vllm", keys=_keys(files, objects))
    return _as_meant(facts, _served(objects, one), values)


def _keys(files: Mapping[str, bytes], objects: Iterable[Manifest]) -> Mapping[tuple[str, str], str]:
    beside = {name: content for name, content in files.items() if name.startswith("manifests/")}
    return secret_keys([*read_manifests(beside), *objects])


def _values(files: Mapping[str, bytes]) -> Manifest:
    if FILE not in files:
        raise ReadError(f"{FILE}:1: there is no such file")
    found = tuple(documents(FILE, files[FILE]))
    if len(found) != 1:
        raise ReadError(f"{FILE}:1: has to be one mapping")
    for key, inner in found[0].data.items():
        if key not in _KNOWN:
            raise found[0].wrong(f"the chart knows no {key}")
        known = _KNOWN[key]
        for below in mapping(inner) if known else ():
            if below not in known:
                raise found[0].wrong(f"the chart knows no {key}.{below}")
    return found[0]


def _engine(values: Manifest) -> dict[str, Any]:
    data = values.data
    image = mapping(data, "image")
    sources = [*items(data, "externalConfigs")]
    if mapping(data, "configs"):
        sources.append({"configMapRef": {"name": "configs"}})
    if mapping(data, "secrets"):
        sources.append({"secretRef": {"name": "secrets"}})
    first = {"name": "container-port", "containerPort": data.get("containerPort", 8000)}
    return {
        "name": "vllm",
        "image": f"{text(image, 'repository')}:{text(image, 'tag')}",
        "command": items(image, "command"),
        "env": items(image, "env"),
        "envFrom": sources,
        "securityContext": mapping(image, "securityContext"),
        "ports": [first, *items(data, "extraPorts")],
        "resources": mapping(data, "resources"),
        "readinessProbe": mapping(data, "readinessProbe"),
        "livenessProbe": mapping(data, "livenessProbe"),
        "volumeMounts": [{"name": "storage", "mountPath": "/data"}],
    }


def _before(data: Mapping[str, Any]) -> list[Any]:
    extra = mapping(data, "extraInit")
    own = items(extra, "initContainers")
    # Without a word about it the chart downloads: its own values say so.
    if mapping(extra, "modelDownload").get("enabled", True) is not False:
        return [{"name": "wait-download-model", "image": "the chart's own"}, *own]
    return own


def _served(objects: tuple[Manifest, ...], deployment: Manifest) -> str:
    """The Service that leads to the pods; "" where none does."""
    labels = mapping(deployment.data, "spec", "template", "metadata", "labels")
    for one in of_kind(objects, "Service"):
        selector = mapping(one.data, "spec", "selector")
        if selector and selector.items() <= labels.items():
            return one.name
    return ""


def _as_meant(facts: dict[str, str], name: str, values: Manifest) -> dict[str, str]:
    """Without what the chart adds to any service, and with paths as the service has them."""
    found = {key: _unplaced(value) for key, value in facts.items()}
    found["name"] = name
    found["nodes"] = "1"
    found["gather"] = "alone"
    if found.get("mount./data", "").endswith("storage-claim rw"):
        del found["mount./data"]
    if found.get(_WAITS) == found["image"]:
        del found[_WAITS]
    if found.get("shared-memory") == str(64 << 20):
        del found["shared-memory"]
    copies = values.data.get("replicaCount", 1)
    if copies != 1:
        found["also.replicas"] = str(copies)
    if mapping(values.data, "autoscaling").get("enabled") is True:
        found["also.autoscaling"] = "on"
    return found


def _unplaced(value: str) -> str:
    def meant(found: re.Match[str]) -> str:
        return found[2] if found[1] else f"{found[2]} (not in the chart's volume)"

    return _PLACE.sub(meant, value)
