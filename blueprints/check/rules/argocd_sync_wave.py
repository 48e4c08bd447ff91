"""A sync wave that does not order anything, or orders it the wrong way round.

Looks at `argocd.argoproj.io/sync-wave`: it must be a whole number written as text. Waves on
Applications order nothing unless ArgoCD judges the health of Applications, which it has not done
by itself since 1.8: the repository's `argocd-cm` must restore it
(`resource.customizations.health.argoproj.io_Application`). Within one Application a document must
not be in a later wave than what needs it: a Namespace, a CustomResourceDefinition, an AppProject,
a ServiceAccount, Secret, ConfigMap or claim that a pod uses.

Otherwise the first sync fails, or comes out in a random order.

Write a whole number in quotes; restore the health of Applications, or do without waves on them.
"""

import re
from collections.abc import Iterator

from blueprints.check.cluster import cluster
from blueprints.check.cluster.cluster import Cluster
from blueprints.check.cluster.report import found
from blueprints.check.cluster.shape import mapping, text
from blueprints.check.documents import Object
from blueprints.check.finding import Finding, Level, NotChecked
from blueprints.check.repository import Repository
from blueprints.check.settings import Settings

ID = "argocd-sync-wave"
LEVEL = Level.ERROR

ANNOTATION = "argocd.argoproj.io/sync-wave"
_HEALTH = "resource.customizations.health.argoproj.io_Application"
_WHERE = ("metadata", "annotations", ANNOTATION)


def check(repo: Repository, settings: Settings) -> Iterator[Finding | NotChecked]:
    """Every wave that does not do what it looks like."""
    known = cluster.of(repo, settings)
    waves = {}
    for item in repo.objects:
        value = item.annotations.get(ANNOTATION)
        if value is None:
            continue
        if not isinstance(value, str) or not re.fullmatch(r"-?[0-9]{1,9}", value):
            yield found(
                ID,
                LEVEL,
                item,
                _WHERE,
                f"sync wave {value!r} of {item} is not a whole number in quotes",
            )
            continue
        waves[id(item)] = int(value)
        if item.kind in ("Application", "ApplicationSet") and not _judges_health(known):
            message = (
                f"the sync wave of {item} orders nothing: ArgoCD does "
                "not judge the health of Applications"
            )
            yield found(ID, LEVEL, item, _WHERE, message, f"set {_HEALTH} in argocd-cm")
    if waves:
        yield from _order(known, waves)


def _judges_health(known: Cluster) -> bool:
    for item in known.of_kind("ConfigMap"):
        if item.name != "argocd-cm":
            continue
        script = text(item.data, "data", _HEALTH)
        whole = text(item.data, "data", "resource.customizations")
        if "obj.status.health.status" in script or (
            "argoproj.io/Application" in whole and "health" in whole
        ):
            return True
    return any(bool(mapping(document.data).get(_HEALTH)) for document in known.of_kind("ArgoCD"))


def _order(known: Cluster, waves: dict[int, int]) -> Iterator[Finding]:
    for reference in known.references:
        given: Object | None
        if reference.kind in ("Secret", "ConfigMap"):
            made = known.provided.get((reference.kind, reference.namespace, reference.name))
            given = made.object if made else None
        else:
            given = known.get(reference.kind, reference.namespace, reference.name)
        if given is None or reference.optional or reference.kind == "Service":
            continue
        if waves.get(id(given), 0) > waves.get(id(reference.object), 0) and _same_place(
            given, reference.object
        ):
            message = f"{given} comes in a later sync wave than {reference.object}, which needs it"
            yield found(ID, LEVEL, given, _WHERE, message)
    for item in known.of_kind("Namespace"):
        mine = waves.get(id(item), 0)
        for other in known.by_namespace.get(item.name, ()):
            if waves.get(id(other), 0) < mine and _same_place(item, other):
                message = f"{item} comes in a later sync wave than {other}, which is in it"
                yield found(ID, LEVEL, item, _WHERE, message)
                break


def _same_place(one: Object, other: Object) -> bool:
    """Whether the same Application is likely to deploy both: waves order nothing across them."""
    return one.file.rpartition("/")[0].startswith(other.file.rpartition("/")[0][:1]) and (
        one.file.split("/")[:2] == other.file.split("/")[:2]
    )
