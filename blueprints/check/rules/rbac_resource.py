"""A rule for a resource that its API group does not have.

Looks at rules of Roles and ClusterRoles: every built-in resource stands under its own group
(`deployments` under `apps`, `ingresses` under `networking.k8s.io`), and no rule grants a verb that
its resource does not know. Groups of custom resources are judged by what the repository's own
documents use.

The API server takes any text: such a right is never used, and the one that was meant is missing.

Write the group of the resource.
"""

from collections.abc import Iterator

from blueprints.check.cluster import cluster
from blueprints.check.cluster.report import found
from blueprints.check.cluster.rights import RESOURCES
from blueprints.check.cluster.shape import mappings, texts
from blueprints.check.finding import Finding, Level, NotChecked
from blueprints.check.repository import Repository
from blueprints.check.settings import Settings

ID = "rbac-resource"
LEVEL = Level.ERROR

_OF = {resource: group for group, names in RESOURCES.items() for resource in names}
_ONLY_CREATE = ("pods/exec", "pods/attach", "pods/portforward", "pods/eviction")


def check(repo: Repository, settings: Settings) -> Iterator[Finding | NotChecked]:
    """Resources in the wrong group."""
    known = cluster.of(repo, settings)
    for role in known.of_kind("Role", "ClusterRole"):
        for index, rule in mappings(role.data, "rules"):
            groups, verbs = texts(rule, "apiGroups"), set(texts(rule, "verbs"))
            for resource in texts(rule, "resources"):
                where = ("rules", index, "resources")
                for group in groups:
                    words = _wrong(group, resource)
                    if words:
                        yield found(ID, LEVEL, role, where, f"{role} {words}")
                if resource in _ONLY_CREATE and not verbs <= {"create", "get", "*"}:
                    message = f"{role} grants verbs on {resource} that it does not have"
                    yield found(ID, LEVEL, role, where, message)


def _wrong(group: str, resource: str) -> str:
    name = resource.partition("/")[0]
    if "*" in (group, name):
        return ""
    if group in RESOURCES and name not in RESOURCES[group]:
        meant = f"; {name} is of {_OF[name] or 'the core'}" if name in _OF else ""
        return f"names {resource}, which {group or 'the core'} does not have{meant}"
    if group not in RESOURCES and name in _OF:
        return f"names {resource} of {group}; it is of {_OF[name] or 'the core'}"
    return ""
