"""What all Kubernetes documents of a sandbox have in common: labels, order of keys, files."""

from collections.abc import Mapping, Sequence
from typing import TypeAlias

from blueprints.emit.yaml import yaml_text
from blueprints.engine.blueprint import File, Owner

Document: TypeAlias = dict[str, object]

LABEL = "app.kubernetes.io/"
SYNC = "argocd.argoproj.io/sync-options"
KEPT = {SYNC: "Prune=false,Delete=false"}
"""Annotation of what holds data: ArgoCD never deletes it."""


def labels(part_of: str, component: str) -> dict[str, str]:
    """The labels of everything that a sandbox consists of."""
    return {
        f"{LABEL}part-of": part_of,
        f"{LABEL}component": component,
        f"{LABEL}managed-by": "tutela",
    }


def manifest(
    api: str,
    kind: str,
    name: str,
    *,
    part_of: str,
    component: str,
    namespace: str | None = None,
    more_labels: Mapping[str, str] | None = None,
    annotations: Mapping[str, str] | None = None,
    finalizers: Sequence[str] = (),
    **body: object,
) -> Document:
    """A Kubernetes document; `body` holds the keys beside ``metadata``, in their order."""
    metadata: Document = {"name": name}
    if namespace is not None:
        metadata["namespace"] = namespace
    metadata["labels"] = {**labels(part_of, component), **(more_labels or {})}
    if annotations:
        metadata["annotations"] = dict(annotations)
    if finalizers:
        metadata["finalizers"] = list(finalizers)
    return {"apiVersion": api, "kind": kind, "metadata": metadata, **body}


def restricted_pod(user: int) -> Document:
    """What PodSecurity's profile `restricted` asks of a pod; its volumes are the user's too."""
    return {
        "runAsNonRoot": True,
        "runAsUser": user,
        "runAsGroup": user,
        "fsGroup": user,
        "fsGroupChangePolicy": "OnRootMismatch",
        "seccompProfile": {"type": "RuntimeDefault"},
    }


def restricted_container() -> Document:
    """What PodSecurity's profile `restricted` asks of a container, and a root that is read only."""
    return {
        "allowPrivilegeEscalation": False,
        "capabilities": {"drop": ["ALL"]},
        "privileged": False,
        "readOnlyRootFilesystem": True,
        "runAsNonRoot": True,
    }


def spread_over_nodes(selector: Mapping[str, str]) -> list[Document]:
    """Pods of a selector share no node where that is possible."""
    return [
        {
            "maxSkew": 1,
            "topologyKey": "kubernetes.io/hostname",
            "whenUnsatisfiable": "ScheduleAnyway",
            "labelSelector": {"matchLabels": dict(selector)},
        }
    ]


def yaml_file(
    path: str,
    documents: Sequence[Mapping[str, object]],
    header: str = "",
    owner: Owner = Owner.GENERATED,
) -> File:
    """A file of one or more documents."""
    return File(path, yaml_text(documents, header), owner)
