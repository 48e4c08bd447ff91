"""An AppProject that says "any" where it could say which.

Looks at AppProjects that are not a tenant's (theirs are looked at more closely): any namespace, any
cluster, any group or kind of objects, any repository.

The projects of the platform are what is left when everything else is bounded; whoever gets hold
of one of its repositories has what its project permits.

Name the namespaces, kinds and repositories that its Applications need.
"""

from collections.abc import Iterator

from blueprints.check.cluster import cluster
from blueprints.check.cluster.report import found
from blueprints.check.cluster.shape import Path, mappings, texts
from blueprints.check.documents import Object
from blueprints.check.finding import Finding, Level, NotChecked
from blueprints.check.repository import Repository
from blueprints.check.settings import Settings

ID = "project-wildcard"
LEVEL = Level.WARNING

_FIELDS = (
    ("destinations", ("namespace", "server", "name")),
    ("clusterResourceWhitelist", ("group", "kind")),
    ("namespaceResourceWhitelist", ("group", "kind")),
)


def check(repo: Repository, settings: Settings) -> Iterator[Finding | NotChecked]:
    """Every wildcard."""
    known = cluster.of(repo, settings)
    tenants = set(known.tenants)
    for project in known.projects.values():
        if project.name in tenants or not _asks(project):
            continue
        for where, words in _wild(project):
            yield found(ID, LEVEL, project, ("spec", *where), f"{project} permits any {words}")


def _asks(project: Object) -> bool:
    """ArgoCD's own `default` is shut by having nothing at all."""
    return bool(texts(project.data, "spec", "sourceRepos"))


def _wild(project: Object) -> Iterator[tuple[Path, str]]:
    for field, keys in _FIELDS:
        for index, entry in mappings(project.data, "spec", field):
            for key in keys:
                if entry.get(key) == "*":
                    yield (field, index, key), f"{key} in {field}"
    for field in ("sourceRepos", "sourceNamespaces"):
        if "*" in texts(project.data, "spec", field):
            yield (field,), f"of {field}"
