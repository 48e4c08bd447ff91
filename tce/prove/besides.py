"""What is proved besides filters: policies of the cluster, and what lies below addresses."""

from pathlib import PurePath

from tce.prove import kubernetes, link
from tce.prove.intent import Intent
from tce.prove.kubernetes import Found
from tce.read.manifests import Source


def besides(source: Source, intent: Intent, live: tuple[str, bytes] | None = None) -> Found:
    """Of a repository's files; `live` is what a cluster says it runs (file, text), instead."""
    policies = kubernetes.prove(_told(*live) if live else source, intent.said, intent)
    below = link.prove(source, intent.said, intent)
    return Found(
        policies.targets + below.targets,
        policies.findings + below.findings,
        policies.assumptions + below.assumptions,
        {**policies.figures, **below.figures},
    )


def _told(file: str, raw: bytes) -> dict[str, bytes]:
    """A read-back under a name by which it is taken for documents, wherever it lies."""
    name = PurePath(file).name
    return {name if name.endswith((".yaml", ".yml", ".json")) else f"{name}.yaml": raw}
