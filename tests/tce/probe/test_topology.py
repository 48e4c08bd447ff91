from ipaddress import ip_address
from typing import Any

from tce.probe.topology import Routes, read
from tce.space.header import Family
from tests.tce.intent.specifications import ALPS, data
from tests.tce.probe.environment import places


def whose(text: str, said: dict[str, Any] | None = None) -> str:
    routes = Routes(places() if said is None else read(said))
    address = ip_address(text)
    family: Family = 4 if address.version == 4 else 6
    own = routes.is_own(family, int(address))
    return "gateway" if own else routes.host(family, int(address)).name


def test_there_is_one_host_for_each_zone_and_each_leg_once() -> None:
    assert [host.name for host in places().hosts] == list(data()["zones"])
    assert places().legs == ("tce0", "up0", "wg0")
    assert [places().leg(name) for name in places().legs] == [1, 2, 3]


def test_an_address_is_of_its_zone_of_the_gateway_or_of_the_internet() -> None:
    assert whose("10.90.12.77") == "tce"
    assert whose("2001:db8:90:12::77") == "tce"
    assert whose("10.90.12.1") == "gateway"
    assert whose("10.200.255.2") == "gateway"
    assert whose("192.0.2.2") == "gateway"
    assert whose("10.90.13.0") == "internet"
    assert whose("10.90.11.255") == "internet"
    assert whose("0.0.0.0") == "internet"
    assert whose("2001:db8:ffff::1") == "internet"


def test_without_a_zone_for_the_internet_the_rest_is_the_providers() -> None:
    said = data()
    del said["zones"]["internet"]
    assert whose("203.0.113.1", said) == "transit"


def test_nodes_on_the_supercomputer_have_a_gateway_on_their_leg() -> None:
    said = data(example=ALPS)
    workers = next(zone for zone in said["zones"].values() if zone["kind"] == "workers")
    assert read(said).own[workers["leg"]] == tuple(map(str, said["gateway"]["workers"]))
