from ipaddress import ip_address

import pytest

from tce.probe.reach import INVALID, NEW, UNTRACKED, Reach, begun, changed, turned
from tce.space.header import ICMP, ICMP6, SCTP, TCP, UDP, Field, Packet, packet
from tests.tce.probe.environment import places


def of(source: str, destination: str, iif: int = 3, oif: int = 1, **more: int) -> Packet:
    ends = [ip_address(one) for one in (source, destination)]
    more = {"proto": UDP, "sport": 5, "dport": 6, **more}
    return packet(
        4 if ends[0].version == 4 else 6,
        iif=iif,
        oif=oif,
        src=int(ends[0]),
        dst=int(ends[1]),
        **more,
    )


GOOD = of("10.200.4.5", "10.90.12.10")


def test_who_sends_is_whose_address_it_is_or_somebody_on_the_leg() -> None:
    reach = Reach(places())

    def sender(given: Packet) -> str | None:
        found = reach.sender(given)
        return None if found is None else found.name

    assert sender(GOOD) == "hospital"
    assert sender(changed(GOOD, IIF=1)) == "tce"
    assert sender(changed(GOOD, IIF=2)) == "transit"
    assert sender(changed(GOOD, IIF=0)) is None
    assert sender(changed(GOOD, IIF=9)) is None


def test_the_leg_out_is_the_destinations_and_none_for_the_gateway() -> None:
    reach = Reach(places())
    assert reach.routed(changed(GOOD, OIF=0))[Field.OIF] == 1
    own = of("10.200.4.5", "10.90.12.1")
    assert reach.routed(own)[Field.OIF] == 0
    assert reach.receiver(own) is None


def test_a_good_packet_can_be_sent() -> None:
    assert Reach(places()).problem(GOOD) is None


@pytest.mark.parametrize(
    ("given", "why"),
    [
        (changed(GOOD, FRAGMENT=1), "fragments"),
        (changed(GOOD, STATE=1), "established"),
        (changed(GOOD, IIF=0), "no host"),
        (changed(GOOD, OIF=2), "elsewhere"),
        (of("127.0.0.1", "10.90.12.10"), "routing drops"),
        (of("224.0.0.1", "10.90.12.10"), "routing drops"),
        (of("10.200.4.5", "255.255.255.255", oif=2), "routing drops"),
        (of("fe80::1", "2001:db8:90:12::10"), "routing drops"),
        (of("10.90.12.1", "10.200.4.5", iif=1, oif=3), "gateway's own"),
        (of("2001:db8:200::1", "2001:db8:90:12::10", proto=44), "extension header"),
        (changed(GOOD, PROTO=TCP, FLAGS=4), "never new"),
    ],
)
def test_what_meets_no_rule_is_named(given: Packet, why: str) -> None:
    assert why in (Reach(places()).problem(given) or "")


def test_connection_tracking_takes_syn_or_ack_alone_for_a_beginning() -> None:
    states = {flags: begun(changed(GOOD, PROTO=TCP, FLAGS=flags)) for flags in range(64)}
    new = {flags for flags, state in states.items() if state == NEW}
    # PSH and URG aside (1, 2).
    assert {flags & ~3 for flags in new} == {8, 32}
    assert set(states.values()) == {NEW, INVALID}


def test_connection_tracking_takes_questions_of_icmp_for_a_beginning() -> None:
    four = {kind for kind in range(256) if begun(packet(4, proto=ICMP, icmp=kind << 8)) == NEW}
    assert four == {8, 13, 15, 17}
    six = {kind: begun(packet(6, proto=ICMP6, icmp=kind << 8)) for kind in range(256)}
    assert {kind for kind, state in six.items() if state == NEW} == {128, 139}
    assert {kind for kind, state in six.items() if state == UNTRACKED} == {*range(130, 137), 143}
    assert begun(changed(GOOD, PROTO=SCTP)) == NEW


def test_an_answer_has_the_ends_the_other_way_round() -> None:
    answer = turned(GOOD)
    assert answer[Field.SRC] == GOOD[Field.DST]
    assert answer[Field.SPORT] == GOOD[Field.DPORT]
    assert answer[Field.IIF] == GOOD[Field.OIF]
    assert turned(answer) == GOOD
