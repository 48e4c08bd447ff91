"""The gateway as the worker builds it: who hears what, and what the gateway itself is given."""

from collections.abc import Iterator
from ipaddress import ip_address

import pytest

from tce.probe.lab import ACCEPT_ALL, Lab, Sent
from tce.space.header import ICMP, ICMP6, SCTP, TCP, UDP, packet
from tests.tce.probe.environment import needs_nft, places

pytestmark = [pytest.mark.real, needs_nft]


@pytest.fixture(scope="module")
def lab() -> Iterator[Lab]:
    with Lab(places()) as made:
        made.load(ACCEPT_ALL)
        yield made


def sent(number: int, host: str, source: str, destination: str, proto: int) -> Sent:
    ends = [ip_address(one) for one in (source, destination)]
    values = {"src": int(ends[0]), "dst": int(ends[1]), "proto": proto}
    if proto in (TCP, UDP, SCTP):
        values |= {"sport": 1000 + number % 60_000, "dport": 443}
    if proto in (ICMP, ICMP6):
        values["icmp"] = (8 if proto == ICMP else 128) << 8
    if proto == TCP:
        values["flags"] = 8
    return Sent(number, host, packet(4 if ends[0].version == 4 else 6, **values))


FOUR = {"tce": "10.90.12.77", "provider": "10.1.2.3", "hospital": "10.200.9.9"}
SIX = {"tce": "2001:db8:90:12::77", "provider": "2001:db8:1::3", "hospital": "2001:db8:200::9"}


def test_every_host_reaches_every_other_in_both_families_by_every_protocol(lab: Lab) -> None:
    packets: list[Sent] = []
    to = {}
    for addresses, icmp in ((FOUR, ICMP), (SIX, ICMP6)):
        for source in addresses:
            for destination in addresses:
                for proto in (TCP, UDP, SCTP, icmp, 50):
                    if source != destination:
                        number = len(packets) + 1
                        to[number] = (destination,)
                        ends = (addresses[source], addresses[destination])
                        packets.append(sent(number, source, *ends, proto))
    assert lab.send(packets).arrived == to


def test_a_packet_with_anothers_source_is_carried_too(lab: Lab) -> None:
    spoofed = sent(1001, "tenants", "10.200.4.5", "10.90.12.77", UDP)
    assert lab.send([spoofed]).arrived == {1001: ("tce",)}


def test_what_is_for_the_gateway_is_heard_behind_its_filter(lab: Lab) -> None:
    packets = [
        sent(2001, "tce", "10.90.12.77", "10.90.12.1", TCP),
        sent(2002, "tce", "2001:db8:90:12::77", "2001:db8:90:12::1", ICMP6),
        sent(2003, "internet", "198.51.100.10", "192.0.2.2", UDP),
    ]
    assert set(lab.send(packets).arrived.values()) == {("gateway",)}
    lab.load(
        b"table inet t {\n chain i {\n type filter hook input priority 0; policy drop;\n }\n}\n"
    )
    assert lab.send(packets).arrived == {}
    lab.load(ACCEPT_ALL)


def test_answers_of_the_gateway_are_not_taken_for_the_packets_that_they_quote(lab: Lab) -> None:
    # UDP to a closed port: an error that quotes it goes back to who sent it.
    (hosts,) = lab.send([sent(3001, "tce", "10.90.12.77", "10.90.12.1", UDP)]).arrived.values()
    assert hosts == ("gateway",)
