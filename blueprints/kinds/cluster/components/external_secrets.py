"""external-secrets: Secrets from the site's secret store, each cluster with its own login.

Source: ``deploy/charts/external-secrets/values.yaml`` and the API of external-secrets (v1;
v1beta1 is served no more from 0.17 on).
"""

from typing import TYPE_CHECKING

from blueprints.kinds.cluster.components.component import (
    CLUSTER_RIGHTS,
    CRD,
    VALIDATING,
    Child,
    Component,
    Images,
    OwnChart,
    Place,
    Upstream,
    Values,
    Wave,
    amounts,
)
from blueprints.kinds.cluster.components.schema import KEY, NAME, URL, some, whole

if TYPE_CHECKING:
    from blueprints.kinds.cluster.site import Site

ROLE = "external-secrets"
"""Of the cluster's own login at the secret store."""
ACCOUNT = "external-secrets"
"""The service account that the store logs in with; the chart calls it by its release."""


def login(identity: str) -> str:
    """Where a cluster logs in to the secret store: a mount of its own, so that the token of one
    cluster is worth nothing for another."""
    return f"kubernetes/{identity}"


def _upstream(site: "Site") -> Values:
    image = Images.of(site).repository("ghcr.io/external-secrets/external-secrets")
    return {
        "installCRDs": True,
        "serviceAccount": {"name": ACCOUNT},
        "image": image,
        "resources": amounts("50m", "256Mi"),
        "webhook": {"image": dict(image), "resources": amounts("20m", "128Mi")},
        "certController": {"image": dict(image), "resources": amounts("20m", "256Mi")},
    }


def _own(place: Place) -> Values:
    return {"serviceMonitor": {"enabled": place.has("monitoring")}}


def _store(place: Place) -> Values:
    secrets = place.site.secrets
    return {
        "store": secrets.store,
        "server": secrets.server,
        "mount": secrets.mount,
        "login": login(place.id),
        "role": ROLE,
        "namespaces": sorted(_readers(place)),
    }


def _readers(place: Place) -> set[str]:
    """Namespaces whose ExternalSecrets may name the store."""
    needed = {"external-dns": "external-dns", "ceph-csi": "ceph-csi"}
    needed["cert-manager"] = "cert-manager"
    return {namespace for name, namespace in needed.items() if place.has(name)} or {
        "external-secrets"
    }


COMPONENT = Component(
    name="external-secrets",
    namespace="external-secrets",
    security="restricted",
    children=(
        Child(
            "external-secrets",
            Wave.SECRETS,
            Upstream("external-secrets", "https://charts.external-secrets.io"),
            shared=_upstream,
            own=_own,
        ),
        Child("external-secrets-config", Wave.STORE, own=_store),
    ),
    chart=OwnChart(
        "The store that the cluster's secrets come from",
        whole(
            "external-secrets",
            {
                "store": NAME,
                "server": URL,
                "mount": KEY,
                "login": KEY,
                "role": NAME,
                "namespaces": some(NAME, most=50),
            },
        ),
        {
            "store": "example",
            "server": "https://vault.example.org",
            "mount": "example",
            "login": "kubernetes/example",
            "role": ROLE,
            "namespaces": ["ceph-csi", "cert-manager", "external-dns"],
        },
    ),
    cluster_kinds=(
        *CLUSTER_RIGHTS,
        CRD,
        VALIDATING,
        ("external-secrets.io", "ClusterSecretStore"),
    ),
)
