"""Secrets by reference: stores, and what external-secrets makes of them.

Defaults are written out, or ArgoCD would see a difference for ever (external-secrets#6797).
"""

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING

from blueprints.parts.manifests import Document, manifest

if TYPE_CHECKING:
    from blueprints.kinds.sandbox.spec import Project, Site

PROJECT_STORE = {"kind": "SecretStore", "name": "project"}
"""In each project's namespace; reads what lies below the project's prefix."""
ACCOUNT = "secret-reader"
"""The service account that a store logs in with."""
API = "external-secrets.io/v1"


def platform_store(site: "Site") -> Mapping[str, str]:
    """The store of the platform's namespaces."""
    return {"kind": "ClusterSecretStore", "name": site.secrets.store}


def external_secret(
    name: str,
    *,
    namespace: str,
    part_of: str,
    component: str,
    store: Mapping[str, str],
    key: str,
    properties: Mapping[str, str],
    labels: Mapping[str, str] | None = None,
    template: Mapping[str, str] | None = None,
) -> Document:
    """A Secret of the same name with one key for each of `properties` (key -> property of `key`).

    With `template`, the Secret holds what the template makes of them instead, with `labels`.
    """
    entries = [(name, key, source) for name, source in properties.items()]
    return external_secret_of(
        name,
        namespace=namespace,
        part_of=part_of,
        component=component,
        store=store,
        entries=entries,
        labels=labels,
        template=template,
    )


def external_secret_of(
    name: str,
    *,
    namespace: str,
    part_of: str,
    component: str,
    store: Mapping[str, str],
    entries: list[tuple[str, str, str]],
    labels: Mapping[str, str] | None = None,
    template: Mapping[str, str] | None = None,
) -> Document:
    """As :func:`external_secret`, from several places: (key in the Secret, place, property)."""
    target: Document = {"name": name, "creationPolicy": "Owner", "deletionPolicy": "Retain"}
    if template is not None:
        target["template"] = {
            "engineVersion": "v2",
            "mergePolicy": "Replace",
            "metadata": {"labels": dict(labels or {})},
            "data": dict(template),
        }
    return manifest(
        API,
        "ExternalSecret",
        name,
        namespace=namespace,
        part_of=part_of,
        component=component,
        spec={
            "refreshInterval": "1h0m0s",
            "secretStoreRef": dict(store),
            "target": target,
            "data": [
                {
                    "secretKey": secret_key,
                    "remoteRef": {
                        "key": key,
                        "property": source,
                        "conversionStrategy": "Default",
                        "decodingStrategy": "None",
                        "metadataPolicy": "None",
                        "nullBytePolicy": "Ignore",
                    },
                }
                for secret_key, key, source in entries
            ],
        },
    )


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
