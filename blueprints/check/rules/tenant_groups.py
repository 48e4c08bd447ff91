"""A group that is one thing in ArgoCD and another in Kubernetes.

Looks at the groups of the roles of AppProjects and at those of the RoleBindings in the same
tenant's namespace (with or without the API server's prefix, such as `oidc:`): role for role
(`viewer`, `member`, `admin`) they must be the same, each group in one role of one tenant only.

Somebody who left then still has one half of the rights; somebody who came has the other.

Write the same group on both sides; all of them come from the specification.
"""

from collections import defaultdict
from collections.abc import Iterator

from blueprints.check.cluster import cluster
from blueprints.check.cluster.cluster import Cluster
from blueprints.check.cluster.project import roles
from blueprints.check.cluster.report import found
from blueprints.check.cluster.rights import grants
from blueprints.check.cluster.shape import text, texts
from blueprints.check.documents import Object
from blueprints.check.finding import Finding, Level, NotChecked
from blueprints.check.repository import Repository
from blueprints.check.rules.rbac_ladder import STEPS
from blueprints.check.settings import Settings

ID = "tenant-groups"
LEVEL = Level.ERROR


def check(repo: Repository, settings: Settings) -> Iterator[Finding | NotChecked]:
    """Groups that disagree."""
    known = cluster.of(repo, settings)
    bound = _bound(known)
    owners: dict[str, tuple[str, str]] = {}
    for space, tenant in sorted(known.tenant_namespaces.items()):
        project = known.projects[tenant]
        named = {
            text(role, "name"): (place, frozenset(texts(role, "groups")))
            for place, role in roles(project.data)
        }
        steps = [step for step in STEPS if step in named]
        for step in steps:
            place, groups = named[step]
            binding, subjects = bound.get((space, step), (None, frozenset()))
            if binding is None:
                where = ("spec", "roles", place)
                message = f"{project}: nobody is {step} in namespace {space}"
                yield found(ID, LEVEL, project, where, message)
            elif not _same(groups, subjects):
                message = (
                    f"{binding} gives {step} to {_shown(subjects)}, {project} to {_shown(groups)}"
                )
                yield found(ID, LEVEL, binding, ("subjects",), message)
            for group in sorted(groups):
                owner = owners.setdefault(group, (tenant, step))
                if owner != (tenant, step):
                    message = f"{project}: group {group} is already {owner[1]} of {owner[0]}"
                    path = ("spec", "roles", place, "groups")
                    yield found(ID, LEVEL, project, path, message)
        if steps:
            for (home, step), (binding, _) in bound.items():
                if home == space and step not in named:
                    message = f"{binding} gives {step}, a role that {project} does not have"
                    yield found(ID, LEVEL, binding, ("roleRef",), message)


def _bound(known: Cluster) -> dict[tuple[str, str], tuple[Object, frozenset[str]]]:
    """Groups by namespace and step of the ladder."""
    subjects: dict[tuple[str, str], set[str]] = defaultdict(set)
    bindings: dict[tuple[str, str], Object] = {}
    for grant in grants(known):
        step = grant.role_name.rpartition("-")[2]
        if grant.namespace and step in STEPS and text(grant.subject, "kind") == "Group":
            subjects[grant.namespace, step].add(text(grant.subject, "name"))
            bindings.setdefault((grant.namespace, step), grant.binding)
    return {key: (bindings[key], frozenset(names)) for key, names in subjects.items()}


def _same(groups: frozenset[str], subjects: frozenset[str]) -> bool:
    """Equal, or equal up to one prefix that all subjects share."""
    if groups == subjects:
        return True
    prefixes = {
        name.removesuffix(group) for name in subjects for group in groups if name.endswith(group)
    }
    return any(
        prefix.endswith(":") and {prefix + group for group in groups} == set(subjects)
        for prefix in prefixes
    )


def _shown(names: frozenset[str]) -> str:
    return ", ".join(sorted(names)) or "nobody"
