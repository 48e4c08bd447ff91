"""Ways to start one model service of which a cluster has one: the others are no objects of it.

A repository of model services holds for each model at each site a folder for every runtime
(``models/<model>/<site>/<runtime>/``). Which of them ArgoCD delivers its Applications say. What
the other folders hold names the same objects again, for whoever wants to move; it is read as YAML
and compared with the rest, and is in no cluster.
"""

import re
from collections import defaultdict
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from blueprints.check.repository import Repository

_FOLDER = re.compile(r"(models/[^/\s\"]+/[^/\s\"]+)/([a-z-]+)(?=/|\s|\"|$)")
_DELIVERS = "argocd/"
_CHARTED = re.compile(r"models/[^/]+/[^/]+/(?:vllm-chart|production-stack)/")


def alternatives(repo: "Repository") -> frozenset[str]:
    """Files below ``models/`` that no Application delivers, of services that one does."""
    delivered: dict[str, set[str]] = defaultdict(set)
    for path in repo.under(_DELIVERS):
        if path.endswith(".yaml"):
            for service, runtime in _FOLDER.findall(repo.text(path)):
                delivered[service].add(runtime)
    found = set()
    for path in repo.under("models") if delivered else ():
        place = _FOLDER.match(path)
        if place and place[1] in delivered and place[2] not in delivered[place[1]]:
            found.add(path)
    return frozenset(found)


def beside_a_chart(path: str) -> bool:
    """Whether a manifest belongs to values of a chart, whose own objects are not here."""
    return _CHARTED.match(path) is not None
