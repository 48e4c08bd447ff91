"""The lab by itself: what is loaded is what was given, and nothing of it is left behind."""

import subprocess
from collections.abc import Iterator
from ipaddress import ip_address
from pathlib import Path

import pytest

from tce.probe.errors import ProbeError
from tce.probe.lab import ACCEPT_ALL, Lab, Sent
from tce.space.header import UDP, packet
from tests.tce.probe.environment import needs_nft, perimeter, places

pytestmark = [pytest.mark.real, needs_nft]

DROP = b"""\
table inet t {
	chain forward {
		type filter hook forward priority 0; policy drop;
		udp dport 7 counter accept
		counter log group 9
	}
}
"""


@pytest.fixture(scope="module")
def lab() -> Iterator[Lab]:
    with Lab(places()) as made:
        yield made


def to_port(number: int, port: int) -> Sent:
    ends = [int(ip_address(one)) for one in ("10.200.4.5", "10.90.12.77")]
    values = {"iif": 3, "oif": 1, "src": ends[0], "dst": ends[1], "proto": UDP, "sport": number}
    return Sent(number, "hospital", packet(4, **values, dport=port))


def test_wire_log_and_counters_each_see_what_happened(lab: Lab) -> None:
    assert lab.load(DROP) == (9,)
    seen = lab.send([to_port(1, 7), to_port(2, 8), to_port(3, 7), to_port(4, 9)])
    assert seen.arrived == {1: ("tce",), 3: ("tce",)}
    assert seen.logged == (2, 4)
    (counted,) = lab.counted()
    assert (counted.chain, counted.group, counted.packets) == ("forward", 9, 2)


def test_what_is_loaded_replaces_all_that_was_there(lab: Lab) -> None:
    lab.load(DROP)
    assert lab.load(ACCEPT_ALL) == ()
    assert lab.counted() == ()
    tables = [one["table"]["name"] for one in lab.ruleset()["nftables"] if "table" in one]
    assert tables == ["control"]
    assert set(lab.send([to_port(5, 8)]).arrived) == {5}


def test_the_rendered_file_is_loaded_byte_for_byte(lab: Lab) -> None:
    assert lab.load(perimeter()) == (1,)
    assert any(
        one.get("table", {}).get("name") == "tce_hospital" for one in lab.ruleset()["nftables"]
    )


def test_a_file_that_nft_refuses_is_told_with_its_line(lab: Lab) -> None:
    with pytest.raises(ProbeError, match="syntax error"):
        lab.load(b"table inet t {\n nonsense\n}\n")
    assert lab.load(ACCEPT_ALL) == ()


def test_nothing_is_left_when_it_ends() -> None:
    def links() -> str:
        command = ["ip", "-brief", "link"]
        path = {"PATH": "/usr/sbin:/usr/bin:/sbin:/bin"}
        return subprocess.run(command, capture_output=True, text=True, env=path).stdout

    before = links()
    with Lab(places()) as made:
        child = made._child
        assert child is not None
        assert links() == before
    assert child.poll() is not None
    assert links() == before


def test_the_worker_ends_when_whoever_asked_is_gone() -> None:
    made = Lab(places())
    made.__enter__()
    child = made._child
    assert child is not None
    assert child.stdin is not None
    assert Path(f"/proc/{child.pid}").exists()
    child.stdin.close()
    assert child.wait(10) == 0
    made.__exit__(None, None, None)


def test_a_worker_that_was_killed_is_told() -> None:
    with Lab(places()) as made:
        assert made._child is not None
        made._child.kill()
        with pytest.raises(ProbeError, match="ended by signal 9"):
            made.counted()
