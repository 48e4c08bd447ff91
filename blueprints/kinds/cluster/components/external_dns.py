"""external-dns: names of services, written to the site's name server (RFC 2136).

Source: ``charts/external-dns/values.yaml`` and ``docs/tutorials/rfc2136.md`` of
kubernetes-sigs/external-dns; a flag is also read from ``EXTERNAL_DNS_<FLAG>``, which keeps the
key out of the command line. It only ever adds and changes names that carry its own mark.
"""

from typing import TYPE_CHECKING

from blueprints.kinds.cluster.components.component import (
    CLUSTER_RIGHTS,
    CRD,
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
from blueprints.kinds.cluster.components.schema import KEY, NAME, whole

if TYPE_CHECKING:
    from blueprints.kinds.cluster.site import Site

TSIG = "external-dns-tsig"


def _upstream(site: "Site") -> Values:
    if site.dns is None:
        return {}
    return {
        "image": Images.of(site).repository("registry.k8s.io/external-dns/external-dns"),
        "provider": {"name": "rfc2136"},
        "policy": "upsert-only",
        "registry": "txt",
        "txtPrefix": "external-dns-",
        "sources": ["service", "ingress"],
        "extraArgs": [
            f"--rfc2136-host={site.dns.server}",
            "--rfc2136-port=53",
            f"--rfc2136-zone={site.dns.zone}",
            f"--rfc2136-tsig-keyname={site.dns.key}",
            "--rfc2136-tsig-secret-alg=hmac-sha256",
            "--rfc2136-tsig-axfr",
        ],
        "env": [
            {
                "name": "EXTERNAL_DNS_RFC2136_TSIG_SECRET",
                "valueFrom": {"secretKeyRef": {"name": TSIG, "key": "secret"}},
            }
        ],
        "resources": amounts("50m", "128Mi"),
    }


def _own(place: Place) -> Values:
    values: Values = {"txtOwnerId": place.id, "domainFilters": [place.domain]}
    if place.has("monitoring"):
        values["serviceMonitor"] = {"enabled": True}
    return values


def _secret(place: Place) -> Values:
    return {
        "store": place.site.secrets.store,
        "key": f"{place.site.secrets.prefix}/dns",
    }


COMPONENT = Component(
    name="external-dns",
    namespace="external-dns",
    security="restricted",
    children=(
        Child("external-dns-secrets", Wave.CREDENTIALS, own=_secret),
        Child(
            "external-dns",
            Wave.OPERATOR,
            Upstream("external-dns", "https://kubernetes-sigs.github.io/external-dns"),
            shared=_upstream,
            own=_own,
        ),
    ),
    chart=OwnChart(
        "The key that external-dns writes names with",
        whole("external-dns", {"store": NAME, "key": KEY}),
        {"store": "example", "key": "example/dns"},
    ),
    cluster_kinds=(*CLUSTER_RIGHTS, CRD),
)
