"""Secrets of Kubernetes that mean something to ArgoCD or to Kubernetes by what stands in them."""

import re
from collections.abc import Iterator
from typing import Any

from blueprints.check.tofu.arguments import judge, table
from blueprints.check.tofu.encoded import wrong
from blueprints.check.tofu.reader import Block

KINDS = ("kubernetes_secret_v1", "kubernetes_secret")
_CLUSTER = re.compile(r'"argocd\.argoproj\.io/secret-type"\s*[=:]\s*"cluster"')
_ACCOUNT = "kubernetes.io/service-account-token"
_NAMED = "kubernetes.io/service-account.name"


def problems(block: Block) -> Iterator[tuple[int, str]]:
    """Yield line and words for a Secret that its reader would not take."""
    data = block.attributes.get("data")
    metadata: dict[str, Any] = {}
    for one in block.of("metadata"):
        metadata.update(one.attributes)
    labels = metadata["labels"].text if "labels" in metadata else ""
    if data is not None and isinstance(data.value, dict):
        if _CLUSTER.search(labels):
            node = {"fields": table("documents")["argocd-cluster"]["fields"]}
            yield from ((data.line, f"data: {words}") for words in wrong(data.value, node, judge))
        elif {"server", "config"} <= set(data.value):
            yield block.line, "is a cluster to ArgoCD only with its label secret-type: cluster"
    if block.value("type") == _ACCOUNT:
        annotations = metadata["annotations"].text if "annotations" in metadata else ""
        if f'"{_NAMED}"' not in annotations:
            yield block.line, f"names no account: it lacks the annotation {_NAMED}"
