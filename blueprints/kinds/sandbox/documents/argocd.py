"""A project in ArgoCD: what its repository may bring into the cluster, and who may watch it.

Two AppProjects keep a tenant in: ``<project>-root`` lets the root Application make Applications
in the project's namespace and nothing else; ``<project>`` is the only one that Applications of
that namespace may name (``sourceNamespaces``), and lets them make workloads there and nothing
else. ``default`` allows nothing (:mod:`platform`). Policies, quotas and rights are of no kind
that a tenant's repository may hold.
"""

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING

from blueprints.engine.blueprint import File, Owner
from blueprints.kinds.sandbox import profiles
from blueprints.kinds.sandbox.documents.secrets import platform_store
from blueprints.parts.argocd import API, app_project
from blueprints.parts.manifests import Document, manifest, yaml_file
from blueprints.parts.secrets import external_secret

if TYPE_CHECKING:
    from blueprints.kinds.sandbox.spec import Project, Site

CASCADE = "resources-finalizer.argocd.argoproj.io"
TENANT_KINDS: tuple[tuple[str, str], ...] = (
    ("", "ConfigMap"),
    ("", "PersistentVolumeClaim"),
    ("", "Service"),
    ("", "ServiceAccount"),
    ("apps", "Deployment"),
    ("apps", "StatefulSet"),
    ("autoscaling", "HorizontalPodAutoscaler"),
    ("batch", "CronJob"),
    ("batch", "Job"),
    ("external-secrets.io", "ExternalSecret"),
    ("networking.k8s.io", "Ingress"),
    ("policy", "PodDisruptionBudget"),
)
"""All that a tenant's repository may hold beside Applications, sorted."""
_READ = ("applications", "get"), ("logs", "get")
_WORK = (
    *_READ,
    ("applications", "sync"),
    ("applications", "action/apps/Deployment/restart"),
    ("applications", "action/apps/StatefulSet/restart"),
)
RIGHTS: Mapping[str, tuple[tuple[str, str], ...]] = {
    "admin": (*_WORK, ("applications", "override"), ("applications", "delete")),
    "member": _WORK,
    "viewer": _READ,
}
"""What each role may do with the project's Applications in ArgoCD's own interface."""
_DESCRIBED = {
    "admin": "sync, restart and delete applications",
    "member": "sync and restart applications",
    "viewer": "watch applications and read logs",
}


def files(site: "Site", project: "Project") -> Iterator[File]:
    """Everything under ``projects/<project>/argocd/``, which OpenTofu puts into the cluster."""
    folder = f"projects/{project.name}/argocd"
    # One document in each file: OpenTofu's yamldecode reads no more.
    yield yaml_file(f"{folder}/project.yaml", [tenant_project(site, project)])
    yield yaml_file(f"{folder}/project-root.yaml", [root_project(site, project)])
    for document, suffix in zip(tenant_credentials(site, project), ("", "-root"), strict=True):
        yield yaml_file(f"{folder}/repository{suffix}.yaml", [document])
    yield yaml_file(f"{folder}/root.yaml", [root(site, project)], _WHY[site.argocd.on_delete])
    yield yaml_file(f"{folder}/tenancy.yaml", [tenancy(site, project)])


_WHY = {
    "keep": "No finalizer: deleting this Application leaves everything that it made "
    "(site.argocd.on_delete: keep).",
    "cascade": "Deleting this Application deletes everything that it made "
    "(site.argocd.on_delete: cascade).",
}


def here(*namespaces: str) -> list[dict[str, str]]:
    """Namespaces of the one cluster, as destinations of a project."""
    return [{"server": profiles.CLUSTER, "namespace": one} for one in namespaces]


def tenant_project(site: "Site", project: "Project") -> Document:
    """What the Applications in the project's namespace may do, and who may do what with them."""
    groups = (project.groups.admins, project.groups.members, project.groups.viewers)
    roles = [
        {
            "name": role,
            "description": _DESCRIBED[role],
            "groups": [profiles.claim(site, group)],
            "policies": [
                f"p, proj:{project.name}:{role}, {resource}, {action}, "
                f"{project.name}/{project.name}/*, allow"
                for resource, action in RIGHTS[role]
            ],
        }
        for role, group in zip(RIGHTS, groups, strict=True)
    ]
    return app_project(
        project.name,
        site.argocd.namespace,
        part_of=project.name,
        description=project.title,
        sources=[profiles.repository(site, project)],
        destinations=here(project.name),
        source_namespaces=[project.name],
        kinds=TENANT_KINDS,
        roles=roles,
    )


def root_project(site: "Site", project: "Project") -> Document:
    """What the root Application may do: Applications in the project's namespace."""
    return app_project(
        f"{project.name}-root",
        site.argocd.namespace,
        part_of=project.name,
        description=f"the root Application of {project.name}; the platform's",
        sources=[profiles.repository(site, project)],
        destinations=here(project.name),
        kinds=[("argoproj.io", "Application")],
    )


def tenant_credentials(site: "Site", project: "Project") -> Iterator[Document]:
    """The repository, once for each of the two AppProjects: a credential belongs to one."""
    for scope in (project.name, f"{project.name}-root"):
        yield repository_secret(
            site, f"repo-{scope}", project.name, scope, profiles.repository(site, project)
        )


def repository_secret(
    site: "Site", name: str, part_of: str, app_project: str, repository: str
) -> Document:
    """A repository as ArgoCD knows it, usable by one AppProject; its secret by reference."""
    if site.git.type == "github":
        properties = {
            "githubAppID": "app_id",
            "githubAppInstallationID": "installation_id",
            "githubAppPrivateKey": "private_key",
        }
    else:
        properties = {"username": "username", "password": "password"}
    template = {
        "type": "git",
        "url": repository,
        "project": app_project,
        **{key: f"{{{{ .{key} }}}}" for key in properties},
    }
    return external_secret(
        name,
        namespace=site.argocd.namespace,
        part_of=part_of,
        component="argocd",
        store=platform_store(site),
        key=site.git.credentials,
        properties=properties,
        labels={"argocd.argoproj.io/secret-type": "repository"},
        template=template,
    )


def application(
    site: "Site",
    name: str,
    *,
    part_of: str,
    namespace: str,
    app_project: str,
    repository: str,
    paths: tuple[str, ...],
    destination: str,
    cascade: bool,
    prune: bool,
    recurse: bool = False,
    annotations: Mapping[str, str] | None = None,
) -> Document:
    """An Application that keeps `destination` as the folders `paths` say."""
    sources = [
        {
            "repoURL": repository,
            "targetRevision": site.git.branch,
            "path": path,
            **({"directory": {"recurse": True}} if recurse else {}),
        }
        for path in paths
    ]
    return manifest(
        API,
        "Application",
        name,
        namespace=namespace,
        part_of=part_of,
        component="argocd",
        annotations=annotations,
        finalizers=[CASCADE] if cascade else (),
        spec={
            "project": app_project,
            **({"source": sources[0]} if len(sources) == 1 else {"sources": sources}),
            "destination": {"server": profiles.CLUSTER, "namespace": destination},
            "syncPolicy": {
                "automated": {"prune": prune, "selfHeal": True, "allowEmpty": False},
                "syncOptions": ["ServerSideApply=true", "FailOnSharedResource=true"],
                "retry": {
                    "limit": 5,
                    "backoff": {"duration": "10s", "factor": 2, "maxDuration": "5m"},
                },
            },
        },
    )


def root(site: "Site", project: "Project") -> Document:
    """The app of apps: ``apps/`` of the tenant's repository, in the platform's hands."""
    return application(
        site,
        f"{project.name}-root",
        part_of=project.name,
        namespace=site.argocd.namespace,
        app_project=f"{project.name}-root",
        repository=profiles.repository(site, project),
        paths=("apps",),
        destination=project.name,
        cascade=site.argocd.on_delete == "cascade",
        prune=True,
        annotations={"tutela/on-delete": site.argocd.on_delete},
    )


def tenancy(site: "Site", project: "Project") -> Document:
    """Keeps what bounds the project as this repository says; deletes nothing by itself."""
    has_data = project.data.s3 or project.data.volumes or profiles.scratch(site, project)
    folders = ("tenancy", "data") if has_data else ("tenancy",)
    return application(
        site,
        f"{project.name}-tenancy",
        part_of=project.name,
        namespace=site.argocd.namespace,
        app_project=profiles.ADMIN_PROJECT,
        repository=site.git.repository,
        paths=tuple(f"projects/{project.name}/{folder}" for folder in folders),
        destination=project.name,
        cascade=False,
        prune=True,
        annotations={"tutela/on-delete": "keep"},
    )


def tenant_application(site: "Site", project: "Project", folder: str) -> File:
    """``apps/<folder>.yaml`` of the tenant's repository: one stack, in the tenant's namespace."""
    document = application(
        site,
        folder,
        part_of=project.name,
        namespace=project.name,
        app_project=project.name,
        repository=profiles.repository(site, project),
        paths=(f"stacks/{folder}",),
        destination=project.name,
        cascade=True,
        prune=True,
    )
    return yaml_file(f"apps/{folder}.yaml", [document], owner=Owner.SHARED)
