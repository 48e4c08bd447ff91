"""Reads what runs in the cluster: the pods of every kind that makes some, and their namespaces.

Sources: the API's documentation of each kind; Kubernetes' own label of a namespace with its name.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from tce.read.labels import Labels, pod_labels
from tce.read.manifests import Manifest, Path
from tce.read.policies import SCTP, TCP, UDP

_TEMPLATES: Mapping[str, Path] = {
    "Deployment": ("spec", "template"),
    "StatefulSet": ("spec", "template"),
    "DaemonSet": ("spec", "template"),
    "ReplicaSet": ("spec", "template"),
    "ReplicationController": ("spec", "template"),
    "Job": ("spec", "template"),
    "CronJob": ("spec", "jobTemplate", "spec", "template"),
    "Pod": (),
}
_OWN_PODS = (
    "LeaderWorkerSet",
    "RayCluster",
    "RayJob",
    "RayService",
    "InferenceService",
    "ServingRuntime",
    "Rollout",
    "VirtualMachineInstance",
    "VirtualMachine",
)
"""Kinds that an operator makes pods of, with labels of its choice."""
_HASH = "pod-template-hash"
"""Which a Deployment puts behind its name."""
_PROTOCOLS = {"TCP": TCP, "UDP": UDP, "SCTP": SCTP}


@dataclass(frozen=True, eq=False)
class Pod:
    """What pods of one template look like to policies."""

    file: str
    line: int
    namespace: str
    name: str
    """Of what makes it; of one that only might be there, what it stands for."""
    labels: Labels
    ports: Mapping[tuple[int, str], int]
    """Numbers of the ports that have names, by protocol and name."""
    on_host: bool = False
    """In the node's own network: no policy about pods is about it."""
    rendered: bool = True
    """Whether a document makes it."""

    def __str__(self) -> str:
        return f"{self.namespace}/{self.name}"


def namespaces(documents: Iterable[Manifest]) -> dict[str, Mapping[str, str]]:
    """Labels of each namespace that a document makes."""
    return {
        one.name: _texts(one.metadata.get("labels"))
        for one in documents
        if one.kind == "Namespace" and one.group == ""
    }


def pods(documents: Iterable[Manifest]) -> Iterator[Pod]:
    """Every template; raises NotModelledError for kinds whose pods an operator makes."""
    documents = tuple(documents)
    spaces = namespaces(documents)
    for one in documents:
        if one.kind in _OWN_PODS:
            raise one.refuse("pods that an operator makes", "kind")
        if one.kind not in _TEMPLATES or one.group not in ("", "apps", "batch"):
            continue
        where = _TEMPLATES[one.kind]
        template: Any = one.data
        for part in where:
            template = template.get(part) if isinstance(template, dict) else None
        spec = template.get("spec") if isinstance(template, dict) else None
        if not isinstance(template, dict) or not isinstance(spec, dict):
            raise one.refuse("has no pods", *where)
        metadata = template.get("metadata")
        labels = _texts(metadata.get("labels") if isinstance(metadata, dict) else None)
        if "host" in labels:
            raise one.refuse(
                "the label host, at which policies are not enforced (cilium#48027)",
                *where,
                "metadata",
                "labels",
                "host",
            )
        yield Pod(
            one.file,
            one.line(*where),
            one.namespace,
            _maker(one, labels),
            pod_labels(
                one.namespace,
                spaces.get(one.namespace, {}),
                labels,
                str(spec.get("serviceAccountName") or "default"),
            ),
            dict(_named_ports(spec)),
            spec.get("hostNetwork") is True,
        )


def _maker(of: Manifest, labels: Mapping[str, str]) -> str:
    """What a person wrote down to get it: of a Deployment's pods, in a running cluster, that."""
    owners = _dicts(of.metadata.get("ownerReferences"))
    name = next((str(one.get("name")) for one in owners), of.name)
    return name.removesuffix(f"-{labels[_HASH]}") if _HASH in labels else name


def _named_ports(spec: Mapping[str, Any]) -> Iterator[tuple[tuple[int, str], int]]:
    for field in ("initContainers", "containers"):
        for container in _dicts(spec.get(field)):
            for port in _dicts(container.get("ports")):
                protocol = _PROTOCOLS.get(str(port.get("protocol", "TCP")))
                number, name = port.get("containerPort"), port.get("name")
                if protocol and isinstance(number, int) and isinstance(name, str):
                    yield (protocol, name.lower()), number


def _dicts(value: Any) -> Iterator[Mapping[str, Any]]:
    if isinstance(value, list):
        yield from (one for one in value if isinstance(one, dict))


def _texts(value: Any) -> dict[str, str]:
    if not isinstance(value, dict):
        return {}
    return {key: one for key, one in value.items() if isinstance(one, str)}
