"""Every field wrong in turn is told with its place, and the right name."""

from __future__ import annotations

from typing import Any

import pytest

from blueprints.kinds.cluster.spec import BASELINE, ENVIRONMENTS
from tests.blueprints.kinds.cluster.specifications import (
    GONE,
    hpc,
    machines,
    metal,
    said,
    shown,
    typed,
)

POOL = "clusters/0/environments/production/workers/0"


@pytest.mark.parametrize(
    ("place", "near"),
    [
        ("sites", "site"),
        ("site/argo_cd", "argocd"),
        ("site/rancher/urls", "url"),
        ("environments/tds/version", "versions"),
        ("clusters/0/owner", "owners"),
        ("clusters/0/environments/production/master", "masters"),
        (f"{POOL}/memroy", "memory"),
        ("clusters/1/environments/production/workers/1/node", "nodes"),
        ("clusters/2/environments/production/workers/0/enrollment", "enrolment"),
    ],
)
def test_an_unknown_key_is_told_with_the_nearest_right_one(place: str, near: str) -> None:
    assert any(f'did you mean "{near}"' in one for one in said({place: 1}))


@pytest.mark.parametrize(
    "place",
    [
        "site",
        "clusters",
        "site/rancher",
        "site/harvester/0/address",
        "clusters/0/owners/admins",
        "clusters/0/environments/production/api",
        f"{POOL}/count",
        f"{POOL}/flavour",
        "clusters/1/environments/production/workers/1/storage",
        "clusters/2/environments/production/masters/servers",
    ],
)
def test_a_missing_key_is_told_at_what_should_have_it(place: str) -> None:
    above, _, key = place.rpartition("/")
    (message,) = said({place: GONE})
    assert message.endswith(f'{shown(above)} needs the key "{key}"'.removeprefix(" "))


@pytest.mark.parametrize(
    ("place", "value", "text"),
    [
        (f"{POOL}/flavour", "harvestr", 'did you mean "harvester"?'),
        (f"{POOL}/count", 0, "greater than or equal to 1"),
        (f"{POOL}/count", "3", "valid integer"),
        (f"{POOL}/cpu", 1, "greater than or equal to 2"),
        (f"{POOL}/memory", "16 GB", "has to be a quantity"),
        ("clusters/0/model", "hybird", 'did you mean "hybrid"?'),
        ("clusters/0/cni", {"name": "cillium"}, 'did you mean "cilium"?'),
        ("clusters/0/components", ["metalb"], 'did you mean "metallb"?'),
        ("clusters/0/name", "a" * 21, "at most 20 characters"),
        ("site/networks/0/vlan", 4095, "less than or equal to 4094"),
        ("site/rancher/auth", "keycloack", "did you mean"),
        ("site/rancher/ca_checksum", "abc", "match pattern"),
        ("site/acme/email", "nobody", "match pattern"),
        ("environments/tds/versions/kubernetes", "1.33", "such as v1.33.5+rke2r1"),
        ("environments/tds/versions/components/metallb", "^0.15", "one version of a chart"),
    ],
)
def test_a_wrong_value_is_told_at_its_place(place: str, value: Any, text: str) -> None:
    messages = said({place: value})
    assert any(shown(place) in one and text in one for one in messages), messages


def test_an_environment_that_is_none_is_told_with_the_nearest_one() -> None:
    messages = said({"environments/prodution": {"versions": 1}})
    assert any('did you mean "production"?' in one for one in messages), messages


def test_a_key_of_another_flavour_is_unknown() -> None:
    messages = said({f"{POOL}/vcluster": "alps"})
    assert any('unknown key "vcluster"' in one for one in messages), messages


def test_deployments_come_in_the_order_of_promotion() -> None:
    spec = typed()
    assert [(environment, one.name) for environment, one, _ in spec.deployments()] == [
        ("tds", "services"),
        ("production", "services"),
        ("production", "models"),
        ("production", "data"),
    ]
    assert ENVIRONMENTS == ("development", "tds", "production")


def test_each_flavour_knows_how_many_nodes_it_has() -> None:
    spec = typed()
    sizes = {
        pool.flavour: pool.size
        for _, _, one in spec.deployments()
        for pool in (one.masters, *one.workers)
    }
    assert sizes == {"harvester": 3, "vmware": 3, "metal": 2, "hpc": 2}


def test_a_cluster_that_says_nothing_has_the_baseline() -> None:
    spec = typed({"clusters/0/components": GONE})
    assert tuple(spec.clusters[0].components) == BASELINE


def test_nothing_can_be_changed_after_it_was_read() -> None:
    with pytest.raises(ValueError, match="frozen"):
        typed().clusters[0].name = "other"


def test_pools_of_all_flavours_are_told_apart() -> None:
    for pool in (machines("a"), metal("a", 31), hpc("a", 21)):
        pool["no-such"] = 1
        messages = said({POOL: pool})
        assert any('unknown key "no-such"' in one for one in messages), messages
