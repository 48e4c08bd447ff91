import pytest

from blueprints.kinds.cluster.openings import zones
from blueprints.kinds.cluster.openings.zones import host_and_port, networks_of
from tests.blueprints.kinds.cluster.specifications import machines, typed

TAINT = {"key": "a", "value": "b"}


def place(workers: dict[str, object] | None = None) -> zones.Place:
    at = "clusters/1/environments/production/workers"
    spec = typed({f"{at}/{key}": value for key, value in (workers or {}).items()})
    cluster = spec.clusters[1]
    return zones.place(spec.site, "production", cluster, cluster.environments["production"])


def test_a_pool_is_as_many_addresses_as_are_known_of_it() -> None:
    made = place()
    assert made.masters.zone.addresses == ("10.0.2.128/26", "10.0.2.192/27", *REST)
    assert made.workers[1].zone.addresses == ("10.0.4.21/32", "10.0.4.22/32")
    spec = typed({"site/networks/1/dhcp": None})
    cluster = spec.clusters[1]
    whole = zones.place(spec.site, "production", cluster, cluster.environments["production"])
    assert whole.masters.zone.addresses == ("10.0.2.0/24",)


REST = ("10.0.2.224/28", "10.0.2.240/29", "10.0.2.248/30", "10.0.2.252/31", "10.0.2.254/32")


def test_a_zone_says_its_vlan_and_plane() -> None:
    gpu = place().workers[1].zone
    assert (gpu.name, gpu.vlan, gpu.plane, gpu.network, gpu.cidr, gpu.flavour) == (
        "production-models/nodes/gpu",
        104,
        "highspeed",
        "hsn",
        "10.0.4.0/24",
        "hpc",
    )
    assert (gpu.environment, gpu.cluster) == ("production", "production-models")


def test_pods_of_the_platform_run_where_nothing_keeps_them_away() -> None:
    assert [one.pool.name for one in place().platform] == ["baseline"]
    for effect, where in (
        ("PreferNoSchedule", ["baseline", "more"]),
        ("NoSchedule", ["baseline"]),
        ("NoExecute", ["baseline"]),
    ):
        more = machines("more", network="mixed", taints=[{**TAINT, "effect": effect}])
        assert [one.pool.name for one in place({"+": more}).platform] == where


def test_addresses_networks_and_ranges_are_as_few_networks_as_are_exactly_them() -> None:
    given = ["2001:db8::1", "192.0.2.2-192.0.2.3", "192.0.2.0/31", "198.51.100.0/24"]
    assert networks_of(given) == ("192.0.2.0/30", "198.51.100.0/24", "2001:db8::1/128")
    assert networks_of([]) == ()


@pytest.mark.parametrize(
    ("said", "expected"),
    [
        ("https://a.example.org/b", ("a.example.org", 443)),
        ("https://a.example.org:8200", ("a.example.org", 8200)),
        ("registry.example.org:5000/team", ("registry.example.org", 5000)),
        ("docker.io", ("docker.io", 443)),
        ("[2001:db8::1]:6789", ("2001:db8::1", 6789)),
    ],
)
def test_hosts_and_ports_are_read_from_urls_and_registries(
    said: str, expected: tuple[str, int]
) -> None:
    assert host_and_port(said) == expected
