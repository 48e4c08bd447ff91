from __future__ import annotations

from blueprints.kinds.cluster.rules.estate import Estate, is_virtual
from tests.blueprints.kinds.cluster.specifications import typed


def test_every_cluster_in_every_environment_has_its_place_and_its_name() -> None:
    estate = Estate(typed())
    assert [(one.id, one.at) for one in estate.placed] == [
        ("production-services", ("clusters", 0, "environments", "production")),
        ("tds-services", ("clusters", 0, "environments", "tds")),
        ("production-models", ("clusters", 1, "environments", "production")),
        ("production-data", ("clusters", 2, "environments", "production")),
    ]


def test_pools_are_the_masters_and_the_workers_with_their_places() -> None:
    models = Estate(typed()).placed[2]
    at = ("clusters", 1, "environments", "production")
    assert [(place, pool.name, is_virtual(pool)) for place, pool in models.pools()] == [
        ((*at, "masters"), "master", True),
        ((*at, "workers", 0), "baseline", True),
        ((*at, "workers", 1), "gpu", False),
    ]


def test_an_hpc_pool_lies_in_the_network_of_its_vcluster() -> None:
    estate = Estate(typed())
    assert list(estate.networks_of(estate.placed[2])) == ["mixed", "hsn"]
    assert list(estate.networks_of(estate.placed[3])) == ["servers"]


def test_what_names_nothing_lies_nowhere() -> None:
    spec = typed()
    site = spec.site.model_copy(update={"alps": None, "networks": []})
    estate = Estate(spec.model_copy(update={"site": site}))
    assert all(estate.networks_of(one) == {} for one in estate.placed)
