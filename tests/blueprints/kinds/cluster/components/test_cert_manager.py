"""cert-manager."""

from __future__ import annotations

from typing import Any

from blueprints.kinds.cluster.components.cert_manager import COMPONENT
from tests.blueprints.kinds.cluster.argocd import children, deployed, files, upstream
from tests.blueprints.kinds.cluster.places import HYBRID

FULL = "production-inference"


def values() -> Any:
    (app,) = [
        one
        for one in children("cluster", FULL)
        if one["metadata"]["name"] == f"{FULL}-cert-manager"
    ]
    found = upstream(files(), app)
    assert found is not None
    return found[1]


def test_definitions_come_with_the_chart_and_outlive_it() -> None:
    """`installCRDs` is deprecated since 1.15: `crds.enabled`, `crds.keep` (README of the chart)."""
    assert values()["crds"] == {"enabled": True, "keep": True}
    assert "installCRDs" not in values()


def test_it_stays_in_its_own_namespace() -> None:
    """The lease is in kube-system by default, which the project does not take."""
    assert values()["global"]["leaderElection"] == {"namespace": "cert-manager"}


def test_the_issuer_proves_by_dns() -> None:
    """Keys of cert-manager's documentation, "RFC-2136"."""
    (app,) = [
        one
        for one in children("cluster", FULL)
        if one["metadata"]["name"] == f"{FULL}-cert-manager-config"
    ]
    secret, issuer = deployed(files(), app)
    acme = issuer["spec"]["acme"]
    assert acme["server"] == "https://acme-v02.api.letsencrypt.org/directory"
    (solver,) = acme["solvers"]
    assert solver == {
        "selector": {"dnsZones": ["k8s.example.org"]},
        "dns01": {
            "rfc2136": {
                "nameserver": "ns1.example.org:53",
                "tsigKeyName": "external-dns",
                "tsigAlgorithm": "HMACSHA256",
                "tsigSecretSecretRef": {"name": "acme-tsig", "key": "secret"},
            }
        },
    }
    # Credentials of a ClusterIssuer are looked for in cert-manager's own namespace.
    assert secret["metadata"]["namespace"] == COMPONENT.namespace


def test_a_site_without_an_authority_has_no_issuer() -> None:
    bare = HYBRID.site.model_copy(update={"acme": None})
    assert [one.name for one in COMPONENT.applications(bare)] == ["cert-manager"]
    assert len(COMPONENT.applications(HYBRID.site)) == 2
