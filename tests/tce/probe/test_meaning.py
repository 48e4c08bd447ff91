from ipaddress import ip_address

from tce.space.header import TCP, UDP, Packet, packet
from tests.tce.probe.environment import meaning


def of(source: str, destination: str, iif: int, oif: int, **more: int) -> Packet:
    ends = [int(ip_address(one)) for one in (source, destination)]
    return packet(4, iif=iif, oif=oif, src=ends[0], dst=ends[1], sport=40_000, **more)


SYN = {"proto": TCP, "flags": 8, "dport": 6443}
KUBECTL = of("10.200.4.5", "10.90.12.10", 3, 1, **SYN)


def test_what_is_declared_has_to_pass() -> None:
    assert meaning().must(KUBECTL) == "kubectl"
    assert meaning().may(KUBECTL) == "kubectl"


def test_one_address_further_it_has_to_be_refused() -> None:
    for other in (
        of("10.200.5.0", "10.90.12.10", 3, 1, **SYN),
        of("10.200.4.5", "10.90.12.9", 3, 1, **SYN),
        of("10.200.4.5", "10.90.12.10", 2, 1, **SYN),
        of("10.200.4.5", "10.90.12.10", 3, 1, proto=TCP, flags=8, dport=6444),
        of("10.200.4.5", "10.90.12.10", 3, 1, proto=TCP, flags=32, dport=6443),
        of("10.90.12.10", "10.200.4.5", 1, 3, **SYN),
    ):
        assert meaning().may(other) is None, str(other)


def test_the_tunnel_ends_at_the_gateway_itself() -> None:
    tunnel = of("198.51.100.10", "192.0.2.2", 2, 0, proto=UDP, dport=51_820)
    assert meaning().must(tunnel) == "vpn-hospital"
    assert meaning().may(of("198.51.100.11", "192.0.2.2", 2, 0, proto=UDP, dport=51_820)) is None


def test_answers_may_pass_where_there_is_a_connection() -> None:
    answer = of("10.90.12.10", "10.200.4.5", 1, 3, proto=TCP, flags=40, dport=1, state=1)
    assert meaning().may(answer) is not None


def test_every_flow_begins_somewhere() -> None:
    names = {one.name for one in meaning().beginnings}
    assert {"kubectl", "services", "dns", "ping", "vpn-hospital"} <= names
