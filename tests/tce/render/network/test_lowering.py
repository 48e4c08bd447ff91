from __future__ import annotations

from collections import Counter
from itertools import combinations

from tce.intent.flows import VERSIONS
from tce.render.network.acl import DIRECTIONS
from tce.render.network.lowering import Entry, entries
from tests.tce.intent.specifications import data, typed


def shown(one: Entry) -> str:
    ports = f"{one.source_ports} {one.destination_ports} {one.types}"
    return f"{one.name} {one.part} {one.protocol} {one.source} {one.destination} {ports}"


def test_a_flow_gives_its_packets_its_answers_and_its_errors() -> None:
    spec = typed()
    sent = [shown(one) for one in entries(spec, 4, "in") if one.name == "reference-data"]
    got = [shown(one) for one in entries(spec, 4, "out") if one.name == "reference-data"]
    ends = "10.90.12.64/27 203.0.113.80/32"
    back = "203.0.113.80/32 10.90.12.64/27"
    assert sent == [
        f"reference-data begins tcp {ends} None (443, 443) ()",
        f"reference-data errors icmp {ends} None None (3, 11, 12)",
    ]
    assert got == [
        f"reference-data answers tcp {back} (443, 443) None ()",
        f"reference-data errors icmp {back} None None (3, 11, 12)",
    ]


def test_only_answers_of_tcp_need_ack_or_rst() -> None:
    for direction in DIRECTIONS:
        for one in entries(typed(), 4, direction):
            assert one.established == (one.protocol == "tcp" and one.part == "answers")


def test_the_tunnel_begins_outside() -> None:
    (begins,) = [one for one in entries(typed(), 4, "out") if one.part == "begins"]
    assert shown(begins) == (
        "vpn-hospital begins udp 198.51.100.10/32 192.0.2.2/32 None (51820, 51820) ()"
    )


def test_what_goes_through_the_tunnel_is_not_seen() -> None:
    names = {one.name for way in DIRECTIONS for one in entries(typed(), 4, way)}
    assert names == {"ntp", "reference-data", "vpn-hospital"}


def test_an_echo_request_is_answered_by_an_echo_reply() -> None:
    ping = {
        "name": "look",
        "from": {"zone": "tce"},
        "to": {"zone": "provider"},
        "protocol": "icmp",
        "why": "to see",
        "owner": "somebody",
        "expires": "2027-11-30",
    }
    spec = typed({"flows/+": ping})
    types = {4: [(8,), (0,)], 6: [(128,), (129,)]}
    for version in VERSIONS:
        for direction, expected in zip(DIRECTIONS, types[version], strict=True):
            found = [
                one.types
                for one in entries(spec, version, direction)
                if one.name == "look" and one.part != "errors"
            ]
            assert found == [expected]


def test_neighbours_are_found_on_the_link_and_nowhere_else() -> None:
    spec = typed()
    assert not [one for one in entries(spec, 4, "in") if one.part == "neighbours"]
    found = [one for one in entries(spec, 6, "in") if one.part == "neighbours"]
    assert {str(one.source) for one in found} == {"fe80::/10", "2001:db8:90:11::/64"}
    assert {str(one.destination) for one in found} == {
        "fe80::/10",
        "2001:db8:90:11::/64",
        "ff02::1:ff00:0/104",
    }
    assert {one.types for one in found} == {(135, 136)}


def test_no_packet_fits_two_lines_of_one_part() -> None:
    flows = [
        {
            "name": name,
            "from": {"zone": "tce", "networks": [source]},
            "to": {"zone": "internet"},
            "protocol": "tcp",
            "ports": [ports],
            "why": "test",
            "owner": "somebody",
            "expires": "2027-11-30",
        }
        for name, source, ports in (
            ("one", "10.90.12.0/26", "400-500"),
            ("two", "10.90.12.0/24", "443"),
        )
    ]
    spec = typed({"flows": [*data()["flows"], *flows]})
    for direction in DIRECTIONS:
        for part, many in Counter(one.part for one in entries(spec, 4, direction)).items():
            its = [one for one in entries(spec, 4, direction) if one.part == part]
            assert len(its) == many
            assert not [pair for pair in combinations(its, 2) if _overlap(*pair)]


def _overlap(one: Entry, other: Entry) -> bool:
    return (
        one.protocol == other.protocol
        and one.source.overlaps(other.source)
        and one.destination.overlaps(other.destination)
        and _meet(one.source_ports, other.source_ports)
        and _meet(one.destination_ports, other.destination_ports)
    )


def _meet(one: tuple[int, int] | None, other: tuple[int, int] | None) -> bool:
    return one is None or other is None or (one[0] <= other[1] and other[0] <= one[1])
