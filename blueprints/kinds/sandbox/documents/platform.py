"""The platform's side of ArgoCD: its settings, its AppProjects, and ``default`` shut."""

from collections.abc import Iterator
from typing import TYPE_CHECKING

from blueprints.emit.yaml import yaml_text
from blueprints.engine.blueprint import File
from blueprints.kinds.sandbox import profiles
from blueprints.kinds.sandbox.documents.argocd import application, here, repository_secret
from blueprints.kinds.sandbox.documents.secrets import (
    cluster_store,
    platform_store,
)
from blueprints.parts.argocd import HEALTH, HEALTH_SCRIPT, app_project
from blueprints.parts.manifests import Document, manifest, yaml_file
from blueprints.parts.secrets import external_secret

if TYPE_CHECKING:
    from blueprints.kinds.sandbox.spec import Site, Specification

_PART = "platform"
_TENANCY_KINDS = (
    ("", "ConfigMap"),
    ("", "LimitRange"),
    ("", "PersistentVolumeClaim"),
    ("", "ResourceQuota"),
    ("", "ServiceAccount"),
    ("cilium.io", "CiliumNetworkPolicy"),
    ("external-secrets.io", "ExternalSecret"),
    ("external-secrets.io", "SecretStore"),
    ("networking.k8s.io", "NetworkPolicy"),
    ("rbac.authorization.k8s.io", "RoleBinding"),
)
_PLATFORM_KINDS = (
    ("", "ConfigMap"),
    ("", "Service"),
    ("", "ServiceAccount"),
    ("apps", "Deployment"),
    ("argoproj.io", "AppProject"),
    ("argoproj.io", "Application"),
    ("external-secrets.io", "ExternalSecret"),
    ("networking.k8s.io", "Ingress"),
    ("networking.k8s.io", "NetworkPolicy"),
    ("policy", "PodDisruptionBudget"),
    ("rbac.authorization.k8s.io", "Role"),
    ("rbac.authorization.k8s.io", "RoleBinding"),
)
_PLATFORM_CLUSTER_KINDS = (
    ("", "Namespace"),
    ("admissionregistration.k8s.io", "ValidatingAdmissionPolicy"),
    ("admissionregistration.k8s.io", "ValidatingAdmissionPolicyBinding"),
    ("external-secrets.io", "ClusterSecretStore"),
    ("rbac.authorization.k8s.io", "ClusterRole"),
    ("rbac.authorization.k8s.io", "ClusterRoleBinding"),
)


def files(spec: "Specification") -> Iterator[File]:
    """Everything under ``platform/argocd/`` and ``platform/secrets/``."""
    site = spec.site
    folder = "platform/argocd"
    yield yaml_file(f"{folder}/projects.yaml", list(projects(spec)))
    yield yaml_file(f"{folder}/application.yaml", [platform(site)])
    yield yaml_file(f"{folder}/credentials.yaml", list(credentials(site)))
    yield yaml_file(f"{folder}/settings.yaml", list(settings(spec)))
    yield yaml_file("platform/secrets/store.yaml", list(cluster_store(site)))


def projects(spec: "Specification") -> Iterator[Document]:
    """``default`` allows nothing; one project for the tenants' borders, one for the platform."""
    site = spec.site
    yield app_project(
        "default",
        site.argocd.namespace,
        part_of=_PART,
        description="nothing: whoever names no project gets this one",
    )
    scratch = any(profiles.scratch(site, one) for one in spec.projects)
    yield app_project(
        profiles.ADMIN_PROJECT,
        site.argocd.namespace,
        part_of=_PART,
        description="what bounds the projects: namespaces, quotas, rights, policies, data",
        sources=[site.git.repository],
        destinations=here(*(one.name for one in spec.projects)),
        kinds=[
            kind
            for kind in _TENANCY_KINDS
            if kind[0] != "cilium.io" or profiles.cni(site) == "cilium"
        ],
        cluster_kinds=(("", "Namespace"), *((("", "PersistentVolume"),) if scratch else ())),
    )
    yield app_project(
        profiles.PLATFORM_PROJECT,
        site.argocd.namespace,
        part_of=_PART,
        description="ArgoCD's own settings, Dex, the platform's policies",
        sources=[site.git.repository],
        destinations=here(site.argocd.namespace, site.identity.namespace),
        kinds=_PLATFORM_KINDS,
        cluster_kinds=_PLATFORM_CLUSTER_KINDS,
    )


def platform(site: "Site") -> Document:
    """Keeps ``platform/`` of this repository; the one Application that is made by hand."""
    return application(
        site,
        "platform",
        part_of=_PART,
        namespace=site.argocd.namespace,
        app_project=profiles.PLATFORM_PROJECT,
        repository=site.git.repository,
        paths=("platform",),
        destination=site.argocd.namespace,
        cascade=False,
        prune=False,
        recurse=True,
    )


def credentials(site: "Site") -> Iterator[Document]:
    """This repository, for the two projects that read it."""
    for scope in (profiles.ADMIN_PROJECT, profiles.PLATFORM_PROJECT):
        yield repository_secret(site, f"repo-{scope}", _PART, scope, site.git.repository)


def settings(spec: "Specification") -> Iterator[Document]:
    """Who may come in, where Applications may lie, and how ArgoCD knows its own."""
    site = spec.site
    oidc = yaml_text(
        [
            {
                "name": "Dex",
                "issuer": site.identity.issuer,
                "clientID": "argocd",
                "clientSecret": "$argocd-oidc:client_secret",
                "requestedScopes": ["openid", "profile", "email", "groups"],
            }
        ]
    )
    yield _config(
        site,
        "argocd-cm",
        {
            "url": site.argocd.url,
            "admin.enabled": "false",
            "application.resourceTrackingMethod": "annotation",
            "oidc.config": oidc.decode().removeprefix("---\n"),
            HEALTH: HEALTH_SCRIPT,
        },
    )
    admins = profiles.claim(site, site.identity.administrators)
    yield _config(
        site,
        "argocd-rbac-cm",
        {
            "policy.default": "",
            "policy.csv": f"g, {admins}, role:admin\n",
            "scopes": "[groups]",
        },
    )
    yield _config(
        site,
        "argocd-cmd-params-cm",
        {"application.namespaces": ",".join(one.name for one in spec.projects)},
    )
    yield external_secret(
        "argocd-oidc",
        namespace=site.argocd.namespace,
        part_of=_PART,
        component="argocd",
        store=platform_store(site),
        key=site.identity.clients_key,
        properties={"client_secret": "argocd"},
        labels={"app.kubernetes.io/part-of": "argocd"},
        template={"client_secret": "{{ .client_secret }}"},
    )


def _config(site: "Site", name: str, data: dict[str, str]) -> Document:
    return manifest(
        "v1",
        "ConfigMap",
        name,
        namespace=site.argocd.namespace,
        # ArgoCD reads only what says that it belongs to ArgoCD.
        part_of="argocd",
        component="argocd",
        more_labels={"app.kubernetes.io/name": name},
        data=data,
    )
