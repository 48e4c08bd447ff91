"""What is proved besides filters: policies of the cluster, and what lies below addresses."""

from collections.abc import Mapping
from typing import Any

import yaml

from tce.prove import kubernetes, link
from tce.prove.intent import Intent, UnreadableIntentError
from tce.prove.kubernetes import Found
from tce.read.manifests import Source

SPECIFICATION = "spec.yaml"


def besides(source: Source, intent: Intent, live: tuple[str, bytes] | None = None) -> Found:
    """Of a repository's files; `live` is what a cluster says it runs (file, text), instead of them.

    Raises UnreadableIntentError where the specification is not understood.
    """
    try:
        said: Mapping[str, Any] = yaml.load(source[SPECIFICATION], Loader=yaml.CSafeLoader)
    except (KeyError, yaml.YAMLError) as error:
        raise UnreadableIntentError(f"{SPECIFICATION}: cannot be read") from error
    policies = kubernetes.prove(dict((live,)) if live else source, said, intent)
    below = link.prove(source, said, intent)
    return Found(
        policies.targets + below.targets,
        policies.findings + below.findings,
        policies.assumptions + below.assumptions,
        {**policies.figures, **below.figures},
    )
