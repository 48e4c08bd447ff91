import pytest

from blueprints.kinds.cluster.openings.opening import Opening, Ports, Zone, port

NODES = Zone("production-a/nodes/b", "pool", "", ("10.0.0.0/24",), cluster="production-a")
SYSTEM = Zone("site/b", "system", "", ("10.1.0.1/32", "2001:db8::1/128"))
NAMED = Zone("site/c", "system", "", (), ("c.example.org",))
SIX = Zone("site/d", "system", "", ("2001:db8::/64",))


def opening(source: Zone, destination: Zone) -> Opening:
    return Opening(source, destination, "tcp", (port(443),), "c", "w", "dns")


@pytest.mark.parametrize(
    ("source", "destination", "direction", "cluster"),
    [
        (NODES, NODES, "within", "production-a"),
        (NODES, SYSTEM, "out", "production-a"),
        (SYSTEM, NODES, "in", "production-a"),
        (SYSTEM, NAMED, "beside", None),
    ],
)
def test_a_direction_is_seen_from_the_cluster(
    source: Zone, destination: Zone, direction: str, cluster: str | None
) -> None:
    one = opening(source, destination)
    assert (one.direction, one.cluster) == (direction, cluster)


def test_versions_are_those_that_both_sides_have() -> None:
    assert opening(NODES, SYSTEM).versions == {4}
    assert opening(SYSTEM, NAMED).versions == {4, 6}
    assert opening(NODES, NAMED).versions == {4}
    assert opening(NODES, SIX).versions == set()


def test_ports_are_written_as_people_do() -> None:
    assert (str(port(53)), str(Ports(6800, 7568))) == ("53", "6800-7568")
    assert sorted([Ports(10, 20), port(9), port(10)]) == [port(9), port(10), Ports(10, 20)]


def test_openings_sort_by_number_not_by_digit() -> None:
    first, second = (
        Opening(NODES, SYSTEM, "tcp", (port(number),), "c", "w", "dns") for number in (443, 6443)
    )
    assert first.key < second.key
