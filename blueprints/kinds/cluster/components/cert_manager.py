"""cert-manager: certificates from the site's ACME authority, proved by DNS (RFC 2136).

Source: ``deploy/charts/cert-manager/values.yaml`` and the ACME documentation of cert-manager.
DNS is asked instead of HTTP because no cluster has to be reachable from outside.
"""

from typing import TYPE_CHECKING

from blueprints.kinds.cluster.components.component import (
    CLUSTER_RIGHTS,
    CRD,
    MUTATING,
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
from blueprints.kinds.cluster.components.schema import HOST, KEY, NAME, URL, WORD, text, whole

if TYPE_CHECKING:
    from blueprints.kinds.cluster.site import Site


def _upstream(site: "Site") -> Values:
    images = Images.of(site)
    jetstack = "quay.io/jetstack/cert-manager-"
    return {
        # Kept when the chart goes: every certificate would go with them.
        "crds": {"enabled": True, "keep": True},
        "global": {"leaderElection": {"namespace": "cert-manager"}},
        "image": images.repository(f"{jetstack}controller"),
        "resources": amounts("50m", "256Mi"),
        "webhook": {
            "image": images.repository(f"{jetstack}webhook"),
            "resources": amounts("20m", "128Mi"),
        },
        "cainjector": {
            "image": images.repository(f"{jetstack}cainjector"),
            "resources": amounts("50m", "512Mi"),
        },
        "acmesolver": {"image": images.repository(f"{jetstack}acmesolver")},
        "startupapicheck": {"image": images.repository(f"{jetstack}startupapicheck")},
    }


def _own(place: Place) -> Values:
    return {"prometheus": {"servicemonitor": {"enabled": place.has("monitoring")}}}


def _issuer(place: Place) -> Values:
    acme, dns = place.site.acme, place.site.dns
    if acme is None or dns is None:
        return {}
    return {
        "issuer": acme.issuer,
        "server": acme.server,
        "email": acme.email,
        "store": place.site.secrets.store,
        "key": f"{place.site.secrets.prefix}/dns",
        "nameserver": dns.server,
        "zone": dns.zone,
        "tsigKeyName": dns.key,
    }


COMPONENT = Component(
    name="cert-manager",
    namespace="cert-manager",
    security="restricted",
    children=(
        Child(
            "cert-manager",
            Wave.OPERATOR,
            Upstream("cert-manager", "https://charts.jetstack.io"),
            shared=_upstream,
            own=_own,
        ),
        Child(
            "cert-manager-config",
            Wave.CONFIGURATION,
            own=_issuer,
            when=lambda site: site.acme is not None and site.dns is not None,
        ),
    ),
    chart=OwnChart(
        "Who signs the cluster's certificates",
        whole(
            "cert-manager",
            {
                "issuer": NAME,
                "server": URL,
                "email": text(r"^[a-z0-9._+-]+@[a-z0-9.-]+\.[a-z]+$", 200),
                "store": NAME,
                "key": KEY,
                "nameserver": HOST,
                "zone": HOST,
                "tsigKeyName": WORD,
            },
        ),
        {
            "issuer": "example",
            "server": "https://acme.example.org/directory",
            "email": "nobody@example.org",
            "store": "example",
            "key": "example/dns",
            "nameserver": "ns.example.org",
            "zone": "k8s.example.org",
            "tsigKeyName": "example",
        },
    ),
    cluster_kinds=(
        *CLUSTER_RIGHTS,
        CRD,
        VALIDATING,
        MUTATING,
        ("cert-manager.io", "ClusterIssuer"),
    ),
)
