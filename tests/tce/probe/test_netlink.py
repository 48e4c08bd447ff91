"""The kernel's log and table of connections, with the lab's gateway around them."""

from ipaddress import ip_address

import pytest

from tce.probe.lab import Lab, Sent
from tce.space.header import UDP, packet
from tests.tce.probe.environment import needs_nft, places

pytestmark = [pytest.mark.real, needs_nft]

TWO_GROUPS = b"""\
table inet t {
	chain forward {
		type filter hook forward priority 0; policy drop;
		ct state established accept
		udp dport 7 accept
		udp dport 8 counter log group 3 drop
		counter log group 4 drop
	}
}
"""


def udp(number: int, dport: int, sport: int = 5, turned: bool = False) -> Sent:
    ends = [int(ip_address(one)) for one in ("10.200.4.5", "10.90.12.77")]
    if turned:
        return Sent(
            number, "tce", packet(4, src=ends[1], dst=ends[0], proto=UDP, sport=dport, dport=sport)
        )
    return Sent(
        number, "hospital", packet(4, src=ends[0], dst=ends[1], proto=UDP, sport=sport, dport=dport)
    )


def test_thousands_are_logged_without_one_missing_in_every_group() -> None:
    with Lab(places()) as lab:
        assert lab.load(TWO_GROUPS) == (3, 4)
        seen = lab.send([udp(number, 8 + number % 2, number) for number in range(1, 5001)])
        assert seen.arrived == {}
        assert sorted(seen.logged) == list(range(1, 5001))
        assert [one.packets for one in lab.counted()] == [2500, 2500]


def test_a_forgotten_connection_has_no_answers() -> None:
    with Lab(places()) as lab:
        lab.load(TWO_GROUPS)
        assert set(lab.send([udp(1, 7)]).arrived) == {1}
        assert set(lab.send([udp(2, 7, turned=True)]).arrived) == {2}
        lab.forget()
        assert lab.send([udp(3, 7, turned=True)]).logged == (3,)
