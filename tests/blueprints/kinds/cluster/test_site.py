"""The part of a specification that all clusters share."""

from __future__ import annotations

import pytest

from blueprints.kinds.cluster.site import Site
from tests.blueprints.kinds.cluster.specifications import GONE, said, site, typed


def test_what_a_site_leaves_out_has_its_usual_value() -> None:
    found = typed().site
    assert found.git.branch == "main"
    assert found.argocd.namespace == "argocd"
    assert found.secrets.mount == "secret"
    assert found.mirror is None
    assert [one.mtu for one in found.networks][:2] == [1500, 1500]
    assert not any(one.shared for one in found.networks)


@pytest.mark.parametrize("part", ["harvester", "vmware", "maas", "alps", "ceph", "dns", "acme"])
def test_a_site_needs_not_have_what_none_of_its_clusters_uses(part: str) -> None:
    data = {key: value for key, value in site().items() if key != part}
    assert not getattr(Site.model_validate(data), part)


def test_a_site_that_does_not_fit_is_told_below_the_key_of_the_file() -> None:
    (message,) = said({"site/networks/0/gateway": "10.0.9.1", "site/harvester": GONE})
    assert ": site.networks[0].gateway: 10.0.9.1 is no address of a node" in message


@pytest.mark.parametrize(
    ("place", "secret"),
    [
        ("site/git/credentials", "hunter 2"),
        ("site/state/key", "-----BEGIN"),
        ("site/automation/ssh_key", "ssh-ed25519 AAAA"),
    ],
)
def test_a_secret_in_place_of_its_key_is_not_shown(place: str, secret: str) -> None:
    (message,) = said({place: secret})
    assert "in the secret store" in message
    assert secret not in message
