"""A trial notices each way in which a packet can do what it should not."""

from collections.abc import Iterator
from ipaddress import ip_address

import pytest

from tce.probe.choose import Probe
from tce.probe.lab import ACCEPT_ALL, Lab
from tce.probe.trial import Everything, Outcome, Trial
from tce.space.header import UDP, Field, Packet, packet
from tests.tce.probe.environment import needs_nft, places

pytestmark = [pytest.mark.real, needs_nft]

BEGINS = (
    b"table inet t {\n\tchain forward {\n\t\ttype filter hook forward priority 0; policy drop;\n"
)
INPUT = b"\t}\n\tchain input {\n\t\ttype filter hook input priority 0; policy drop;\n"
LOGS = b"\t\tcounter log group 2\n"
ENDS = b"\t}\n}\n"
ESTABLISHED = b"\t\tct state established,related accept\n"


class Port7:
    """Only UDP to port 7 may pass, and what follows of it."""

    def must(self, given: Packet) -> str | None:
        if given[Field.STATE] in (1, 2):
            return "answers"
        new = given[Field.PROTO] == UDP and given[Field.DPORT] == 7
        return "seven" if new else None

    may = must


@pytest.fixture(scope="module")
def lab() -> Iterator[Lab]:
    with Lab(places()) as made:
        yield made


def probes() -> list[Probe]:
    ends = [int(ip_address(one)) for one in ("10.200.4.5", "10.90.12.77")]
    values = {"iif": 3, "oif": 1, "src": ends[0], "dst": ends[1], "proto": UDP}
    return [
        Probe(packet(4, **values, sport=5000 + port, dport=port), "hospital", "random")
        for port in range(1, 30)
    ]


def outcome(lab: Lab, rules: bytes, logs: bytes = LOGS) -> Outcome:
    lab.load(BEGINS + rules + logs + INPUT + logs + ENDS)
    return Trial(lab, Port7()).run(probes())


def kinds(found: Outcome) -> set[tuple[str, str]]:
    return {(one.what, one.why) for one in found.mismatches}


def test_what_does_as_it_should_has_no_mismatch(lab: Lab) -> None:
    found = outcome(lab, ESTABLISHED + b"\t\tudp dport 7 accept\n")
    assert found.mismatches == []
    assert found.logged == found.counted
    assert found.sent["random"] == 29
    assert found.sent["answer"] == 29


def test_what_passes_and_should_not_is_found(lab: Lab) -> None:
    found = outcome(lab, ESTABLISHED + b"\t\tudp dport 7-8 accept\n")
    passed = [one for one in found.mismatches if (one.what, one.why) == ("passed", "random")]
    assert [one.packet for one in passed] == ["udp 10.200.4.5:5008 > 10.90.12.77:8"]


def test_what_is_blocked_and_should_not_be_is_found(lab: Lab) -> None:
    assert ("blocked", "random") in kinds(outcome(lab, ESTABLISHED))


def test_answers_that_are_blocked_are_found(lab: Lab) -> None:
    found = kinds(outcome(lab, b"\t\tudp dport 7 accept\n"))
    assert ("blocked", "answer") in found
    assert ("blocked", "error") in found


def test_answers_that_pass_without_a_connection_are_found(lab: Lab) -> None:
    found = kinds(outcome(lab, b'\t\tudp dport 7 accept\n\t\tiifname "tce0" accept\n'))
    assert ("passed", "answer") in found


def test_a_drop_that_is_not_logged_is_found(lab: Lab) -> None:
    rules = ESTABLISHED + b"\t\tudp dport 7 accept\n\t\tudp dport 9 drop\n"
    assert kinds(outcome(lab, rules)) == {("not logged", "random")}


def test_an_accept_that_is_logged_is_found(lab: Lab) -> None:
    rules = ESTABLISHED + b"\t\tudp dport 7 counter log group 2 accept\n"
    assert kinds(outcome(lab, rules)) == {("logged", "random")}


def test_counters_that_are_missing_are_found(lab: Lab) -> None:
    rules = ESTABLISHED + b"\t\tudp dport 7 accept\n"
    found = outcome(lab, rules, b"\t\tlog group 2\n")
    assert found.counted is None
    assert kinds(found) == {("counters", "")}


def test_with_everything_accepted_everything_arrives(lab: Lab) -> None:
    lab.load(ACCEPT_ALL)
    assert Trial(lab, Everything()).run(probes(), logs=False).mismatches == []
