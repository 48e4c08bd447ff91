"""Settings of ArgoCD that are here in part, so that the rest is whatever was installed.

Looks at repositories with one of ArgoCD's three ConfigMaps: `argocd-cm` and `argocd-rbac-cm` have
to be there both, in one namespace, and `argocd-cmd-params-cm` with `application.namespaces` where
Applications lie in other namespaces than ArgoCD's. What they say is judged by other rules.

Without `argocd-rbac-cm` whoever logs in may read everything; without `application.namespaces`,
tenants' Applications are documents that nobody looks at.

Add what is missing.
"""

from collections.abc import Iterator

from blueprints.check.cluster import cluster
from blueprints.check.cluster.report import found
from blueprints.check.cluster.shape import mapping
from blueprints.check.documents import Object
from blueprints.check.finding import Finding, Level, NotChecked
from blueprints.check.repository import Repository
from blueprints.check.settings import Settings

ID = "argocd-settings"
LEVEL = Level.ERROR

_NAMES = ("argocd-cm", "argocd-rbac-cm", "argocd-cmd-params-cm")
_PARAMETERS = _NAMES[2]


def check(repo: Repository, settings: Settings) -> Iterator[Finding | NotChecked]:
    """What is missing of them."""
    known = cluster.of(repo, settings)
    there = {item.name: item for item in known.of_kind("ConfigMap") if item.name in _NAMES}
    if not there:
        return
    first = next(iter(there.values()))
    home = known.namespace(first)
    away = any(known.namespace(item) != home for item in known.applications)
    for name in _NAMES:
        item = there.get(name)
        if item is None:
            if name != _PARAMETERS or away:
                message = f"{first} is here, and {name} is not"
                yield found(ID, LEVEL, first, ("metadata", "name"), message)
        elif known.namespace(item) != home:
            message = f"{item} is not in namespace {home}, where ArgoCD's other settings are"
            yield found(ID, LEVEL, item, ("metadata", "namespace"), message)
        elif name == _PARAMETERS and away and "application.namespaces" not in _said(item):
            message = f"{item} does not say application.namespaces"
            yield found(ID, LEVEL, item, ("data",), message)


def _said(item: Object) -> dict[str, object]:
    return mapping(item.data, "data")
