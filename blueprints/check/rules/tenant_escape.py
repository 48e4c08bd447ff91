"""A tenant can reach what is not its own, by whichever way is open.

A tenant is an AppProject that does not deploy into ArgoCD's own namespace. The rule judges
AppProject, RBAC and Applications together: a tenant deploys to its own namespaces only, and no
namespace belongs to two; its project takes no `*` repositories, destinations or kinds, no
cluster-scoped kind, and none with which it could change what bounds it (ResourceQuota, LimitRange,
NetworkPolicy, roles, AppProject, secret stores); its groups have no role beyond its namespaces,
and none in them that changes the same things; Applications of tenants live in the tenant's
namespace, and an Application in ArgoCD's namespace whose source a tenant can write to belongs
to a tenant's project.

One open way is enough: quota and policies then bind only those who do not look for it.

Close the way that the message names.
"""

from collections.abc import Iterator

from blueprints.check.cluster import cluster
from blueprints.check.cluster.cluster import CLUSTER_SCOPED, Cluster
from blueprints.check.cluster.project import (
    glob,
    permits_kind,
    policies,
    repository,
    roles,
    server_of,
    target,
)
from blueprints.check.cluster.report import found
from blueprints.check.cluster.rights import GUARDED_KINDS, grants, guarded
from blueprints.check.cluster.shape import mapping, mappings, sequence, text, texts
from blueprints.check.documents import Object
from blueprints.check.finding import Finding, Level, NotChecked
from blueprints.check.repository import Repository
from blueprints.check.settings import Settings

ID = "tenant-escape"
LEVEL = Level.ERROR


def check(repo: Repository, settings: Settings) -> Iterator[Finding | NotChecked]:
    """Every way out of a sandbox."""
    known = cluster.of(repo, settings)
    for name, spaces in known.tenants.items():
        project = known.projects[name]
        yield from _project(known, project)
        for space in spaces:
            owner = known.tenant_namespaces.get(space, name)
            if _sources(known, owner) != _sources(known, name):
                message = f"{project} deploys into {space}, which belongs to project {owner}"
                yield found(ID, LEVEL, project, ("spec", "destinations"), message)
    for name, project in known.projects.items():
        if name not in known.tenants and known.tenants:
            yield from _any_kind(project)
        for index, space in enumerate(texts(project.data, "spec", "sourceNamespaces")):
            if name not in known.tenants and _meets(known, space):
                message = f"{project} takes Applications from tenants' namespace {space}"
                yield found(ID, LEVEL, project, ("spec", "sourceNamespaces", index), message)
    yield from _rights(known)
    yield from _applications(known)


def _sources(known: Cluster, name: str) -> set[str]:
    return {repository(url) for url in texts(known.projects[name].data, "spec", "sourceRepos")}


def _meets(known: Cluster, pattern: str) -> bool:
    return any(glob(pattern, space) for space in known.tenant_namespaces)


def _project(known: Cluster, project: Object) -> Iterator[Finding]:
    spec = mapping(project.data, "spec")
    for index, url in enumerate(texts(spec, "sourceRepos")):
        if "*" in url:
            message = f"{project} takes documents from any repository like {url!r}"
            yield found(ID, LEVEL, project, ("spec", "sourceRepos", index), message)
    for index, entry in mappings(spec, "destinations"):
        where = ("spec", "destinations", index)
        if "*" in text(entry, "namespace") or not text(entry, "namespace"):
            message = f"{project} deploys into any namespace like {text(entry, 'namespace')!r}"
            yield found(ID, LEVEL, project, where, message)
        if "*" in server_of(entry):
            yield found(ID, LEVEL, project, where, f"{project} deploys to any cluster")
    for index, space in enumerate(texts(spec, "sourceNamespaces")):
        if "*" in space or (space not in known.tenants.get(project.name, ())):
            message = f"{project} takes Applications from namespace {space}, which is not its own"
            yield found(ID, LEVEL, project, ("spec", "sourceNamespaces", index), message)
    if sequence(spec, "clusterResourceWhitelist"):
        message = f"{project} may deploy kinds of the whole cluster"
        yield found(ID, LEVEL, project, ("spec", "clusterResourceWhitelist"), message)
    if not sequence(spec, "namespaceResourceWhitelist"):
        # What is not listed comes with the next operator.
        message = f"{project} permits every kind in its namespaces but those it denies"
        yield found(
            ID,
            LEVEL,
            project,
            ("spec", "namespaceResourceWhitelist"),
            message,
            "list the kinds that it needs",
        )
    yield from _any_kind(project)
    for (group, kind), words in GUARDED_KINDS.items():
        scoped = kind in CLUSTER_SCOPED
        if permits_kind(project.data, group, kind, cluster_scoped=scoped) and not (
            scoped and sequence(spec, "clusterResourceWhitelist")
        ):
            message = f"{project} may deploy {kind}, and so change {words}"
            yield found(ID, LEVEL, project, ("spec", "namespaceResourceWhitelist"), message)
    if mapping(spec, "orphanedResources").get("warn") is False:
        yield found(
            ID,
            LEVEL,
            project,
            ("spec", "orphanedResources"),
            f"{project} hides what nobody deployed",
        )
    yield from _policies(project)


def _any_kind(project: Object) -> Iterator[Finding]:
    for field in ("clusterResourceWhitelist", "namespaceResourceWhitelist"):
        for index, entry in mappings(project.data, "spec", field):
            if "*" in text(entry, "kind") or "*" in text(entry, "group"):
                kind = f"{text(entry, 'group')}/{text(entry, 'kind')}"
                message = f"{project} permits every kind like {kind}"
                yield found(ID, LEVEL, project, ("spec", field, index), message)


def _policies(project: Object) -> Iterator[Finding]:
    """Lines of roles that mean another project."""
    for place, role in roles(project.data):
        who = f"proj:{project.name}:{text(role, 'name')}"
        for index, fields in policies(role):
            where = ("spec", "roles", place, "policies", index)
            if len(fields) != 6 or fields[0] != "p" or fields[5] not in ("allow", "deny"):
                message = (
                    f"{project}: policy {', '.join(fields)!r} is not p, "
                    "subject, resource, action, object, allow"
                )
                yield found(ID, LEVEL, project, where, message)
                continue
            if fields[1] != who:
                message = (
                    f"{project}: a policy of role {text(role, 'name')} "
                    f"is for {fields[1]}, not for {who}"
                )
                yield found(ID, LEVEL, project, where, message)
            if fields[4].partition("/")[0] != project.name or "*" in fields[2]:
                message = (
                    f"{project}: a policy of role {text(role, 'name')} "
                    f"means {fields[4]}, another project"
                )
                yield found(ID, LEVEL, project, where, message)


def _rights(known: Cluster) -> Iterator[Finding]:
    groups = tenant_groups(known)
    for grant in grants(known):
        name = text(grant.subject, "name")
        if text(grant.subject, "kind") == "ServiceAccount":
            home = text(grant.subject, "namespace") or grant.namespace
            tenant = known.tenant_namespaces.get(home)
            if tenant is None:
                continue
            own = grant.namespace == home
            who = f"ServiceAccount {name} of tenant {tenant}"
        else:
            tenant = groups.get(name)
            own = grant.namespace in known.tenant_namespaces
            if tenant is None and not own:
                continue
            own = own and (tenant is None or known.tenant_namespaces[grant.namespace] == tenant)
            who = f"group {name}" + (f" of tenant {tenant}" if tenant else "")
        if not own:
            where = grant.namespace or "every namespace"
            message = f"{grant.binding} gives {grant.role_name} in {where} to {who}"
            yield found(ID, LEVEL, grant.binding, grant.subject_path, message)
        if grant.role_name in ("cluster-admin", "admin"):
            message = f"{grant.binding} gives {grant.role_name} to {who}, who can then give rights"
            yield found(ID, LEVEL, grant.binding, ("roleRef", "name"), message)
        if grant.role is not None:
            for index, words in guarded(grant.role):
                message = f"{grant.role} {words}, and {grant.binding} gives it to {who}"
                yield found(ID, LEVEL, grant.role, ("rules", index), message)


def tenant_groups(known: Cluster) -> dict[str, str]:
    """The tenant that each group belongs to: by the roles of AppProjects, with the prefix that
    the API server may put before it."""
    owners: dict[str, str] = {}
    for name in known.tenants:
        for _, role in roles(known.projects[name].data):
            for group in texts(role, "groups"):
                for prefix in ("", "oidc:"):
                    owners.setdefault(prefix + group, name)
    return owners


def _applications(known: Cluster) -> Iterator[Finding]:
    for item in (*known.applications, *known.application_sets):
        home = known.namespace(item)
        if home == known.argocd_namespace or home not in known.tenant_namespaces:
            continue
        mine = text(mapping(item.data, *target(item.data)), "project")
        if mine != known.tenant_namespaces[home]:
            message = (
                f"{item} of tenant {known.tenant_namespaces[home]} "
                f"is in project {mine or 'default'}"
            )
            yield found(ID, LEVEL, item, (*target(item.data), "project"), message)
