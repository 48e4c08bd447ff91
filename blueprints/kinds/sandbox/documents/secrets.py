"""Secret stores: the platform's, and one for each project."""

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING

from blueprints.parts.manifests import Document, manifest
from blueprints.parts.secrets import API

if TYPE_CHECKING:
    from blueprints.kinds.sandbox.spec import Project, Site

PROJECT_STORE = {"kind": "SecretStore", "name": "project"}
"""In each project's namespace; reads what lies below the project's prefix."""
ACCOUNT = "secret-reader"
"""The service account that a store logs in with."""


def platform_store(site: "Site") -> Mapping[str, str]:
    """The store of the platform's namespaces."""
    return {"kind": "ClusterSecretStore", "name": site.secrets.store}


def project_store(site: "Site", project: "Project") -> Iterator[Document]:
    """A project's own store and its account; OpenTofu makes the role at the secret store."""
    yield manifest(
        "v1",
        "ServiceAccount",
        ACCOUNT,
        namespace=project.name,
        part_of=project.name,
        component="tenancy",
        automountServiceAccountToken=False,
    )
    yield manifest(
        API,
        "SecretStore",
        PROJECT_STORE["name"],
        namespace=project.name,
        part_of=project.name,
        component="tenancy",
        spec={"provider": {"vault": _vault(site, f"sandbox-{project.name}", {"name": ACCOUNT})}},
    )


def cluster_store(site: "Site") -> Iterator[Document]:
    """The platform's store, which only the platform's own namespaces may use."""
    account = {"name": "external-secrets", "namespace": "external-secrets"}
    yield manifest(
        API,
        "ClusterSecretStore",
        site.secrets.store,
        part_of="platform",
        component="secrets",
        spec={
            "conditions": [{"namespaces": [site.argocd.namespace, site.identity.namespace]}],
            "provider": {"vault": _vault(site, "platform", account)},
        },
    )


def _vault(site: "Site", role: str, account: Mapping[str, str]) -> Document:
    return {
        "server": site.secrets.server,
        "path": site.secrets.mount,
        "version": "v2",
        "auth": {
            "kubernetes": {
                "mountPath": site.secrets.auth,
                "role": role,
                "serviceAccountRef": dict(account),
            }
        },
    }
