"""external-dns."""

from __future__ import annotations

from typing import Any

from blueprints.kinds.cluster.components.external_dns import COMPONENT
from tests.blueprints.kinds.cluster.argocd import children, files, specification, upstream
from tests.blueprints.kinds.cluster.places import HYBRID


def values(cluster: str = "production-inference") -> Any:
    (app,) = [
        one
        for one in children("cluster", cluster)
        if one["metadata"]["name"] == f"{cluster}-external-dns"
    ]
    found = upstream(files(), app)
    assert found is not None
    return found[1]


def test_it_never_deletes_a_name() -> None:
    """`sync` deletes what it does not know any more (kubernetes-sigs/external-dns, FAQ)."""
    assert values()["policy"] == "upsert-only"


def test_each_cluster_owns_its_names_and_stays_in_its_domain() -> None:
    """Two clusters with one owner take names from each other (docs/registry/txt.md)."""
    owners = {}
    for environment, cluster, _ in specification().deployments():
        name = f"{environment}-{cluster.name}"
        given = values(name)
        owners[given["txtOwnerId"]] = given["domainFilters"]
    assert len(owners) == 9
    assert owners["tds-sandbox"] == ["sandbox.tds.k8s.example.org"]
    assert len({tuple(one) for one in owners.values()}) == 9


def test_the_provider_is_a_mapping() -> None:
    """A text was read up to chart 1.13 (CHANGELOG of the chart, 1.14.0)."""
    assert values()["provider"] == {"name": "rfc2136"}


def test_the_key_stays_out_of_the_command_line() -> None:
    """Flags are read from `EXTERNAL_DNS_*` too (docs/flags.md)."""
    assert not any("tsig-secret=" in one for one in values()["extraArgs"])
    (variable,) = values()["env"]
    assert variable["name"] == "EXTERNAL_DNS_RFC2136_TSIG_SECRET"
    assert variable["valueFrom"]["secretKeyRef"] == {"name": "external-dns-tsig", "key": "secret"}


def test_the_name_server_is_the_sites() -> None:
    """Flags of docs/tutorials/rfc2136.md."""
    assert values()["extraArgs"] == [
        "--rfc2136-host=ns1.example.org",
        "--rfc2136-port=53",
        "--rfc2136-zone=k8s.example.org",
        "--rfc2136-tsig-keyname=external-dns",
        "--rfc2136-tsig-secret-alg=hmac-sha256",
        "--rfc2136-tsig-axfr",
    ]


def test_a_site_without_a_name_server_gives_it_nothing_to_write_to() -> None:
    bare = HYBRID.site.model_copy(update={"dns": None})
    shared = COMPONENT.children[1].shared
    assert shared is not None
    assert shared(bare) == {}
