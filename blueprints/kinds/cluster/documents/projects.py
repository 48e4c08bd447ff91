"""``argocd/projects``: what each Application may bring, from where, into which cluster.

One AppProject for each cluster, so that a slip in one cluster's values reaches no other; one for
the apps of apps, which may make Applications and nothing else; one for ArgoCD's own settings.
``default`` allows nothing.
"""

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING

from blueprints.engine.blueprint import File
from blueprints.kinds.cluster.components import components_of
from blueprints.kinds.cluster.components.component import Kind, Place
from blueprints.parts.argocd import IN_CLUSTER, app_project
from blueprints.parts.manifests import Document, yaml_file

if TYPE_CHECKING:
    from blueprints.kinds.cluster.site import Site
    from blueprints.kinds.cluster.spec import Specification

PART = "clusters"
ROOTS = "roots"
PLATFORM = "platform"
_PLATFORM_KINDS: tuple[Kind, ...] = (
    ("", "ConfigMap"),
    ("", "Secret"),
    ("argoproj.io", "AppProject"),
    ("argoproj.io", "Application"),
    ("argoproj.io", "ApplicationSet"),
    ("external-secrets.io", "ExternalSecret"),
)
_READ = (("applications", "get"), ("logs", "get"))
_RIGHTS: Mapping[str, tuple[tuple[str, str], ...]] = {
    "admin": (
        *_READ,
        ("applications", "sync"),
        ("applications", "action/apps/DaemonSet/restart"),
        ("applications", "action/apps/Deployment/restart"),
    ),
    "member": (*_READ, ("applications", "sync")),
    "viewer": _READ,
}
_DESCRIBED = {
    "admin": "sync and restart the cluster's components",
    "member": "sync the cluster's components",
    "viewer": "watch the cluster's components and read their logs",
}


def files(spec: "Specification") -> Iterator[File]:
    """One file for the platform, one for each cluster."""
    yield yaml_file("argocd/projects/platform.yaml", list(platform(spec.site)))
    for environment, cluster, deployment in spec.deployments():
        place = Place(spec.site, environment, cluster, deployment)
        yield yaml_file(f"argocd/projects/{place.id}.yaml", [of_cluster(place)])


def platform(site: "Site") -> Iterator[Document]:
    """``default``, the apps of apps, and ArgoCD's own."""
    here = [{"server": IN_CLUSTER, "namespace": site.argocd.namespace}]
    yield app_project(
        "default",
        site.argocd.namespace,
        part_of=PART,
        description="nothing: whoever names no project gets this one",
    )
    yield app_project(
        ROOTS,
        site.argocd.namespace,
        part_of=PART,
        description="the app of apps of each cluster: Applications and nothing else",
        sources=[site.git.repository],
        destinations=here,
        kinds=[("argoproj.io", "Application")],
    )
    yield app_project(
        PLATFORM,
        site.argocd.namespace,
        part_of=PART,
        description="ArgoCD's own settings, projects and environments",
        sources=[site.git.repository],
        destinations=here,
        kinds=_PLATFORM_KINDS,
    )


def of_cluster(place: Place) -> Document:
    """What may come to one cluster, and who may watch it come."""
    components = components_of(place.cluster.components)
    children = [child for one in components for child in one.applications(place.site)]
    sources = {one.upstream.place(place.site) for one in children if one.upstream is not None}
    namespaces = {name for one in components for name in (one.namespace, *one.other_namespaces)}
    kinds = {kind for one in components for kind in one.kinds}
    cluster_kinds = {kind for one in components for kind in one.cluster_kinds}
    owners = place.cluster.owners
    groups = {"admin": owners.admins, "member": owners.members, "viewer": owners.viewers}
    return app_project(
        place.id,
        place.site.argocd.namespace,
        part_of=PART,
        description=f"components of the cluster {place.cluster.name} in {place.environment}",
        sources=[place.site.git.repository, *sorted(sources)],
        destinations=[{"name": place.id, "namespace": one} for one in sorted(namespaces)],
        kinds=sorted(kinds),
        cluster_kinds=sorted(cluster_kinds),
        roles=[
            {
                "name": role,
                "description": _DESCRIBED[role],
                # Nobody new gets a role that the cluster gives to nobody.
                "groups": list(of) or [place.site.identity.administrators],
                "policies": [
                    f"p, proj:{place.id}:{role}, {resource}, {action}, {place.id}/*, allow"
                    for resource, action in _RIGHTS[role]
                ],
            }
            for role, of in groups.items()
        ],
    )
