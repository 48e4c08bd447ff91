"""What a flow becomes in packets."""

from __future__ import annotations

from tce.prove.clause import ANSWER, SYN, back, errors, forth
from tce.prove.intent import Flow
from tce.space.header import Field, packet


def flow(protocol: int, family: int = 4, ports: tuple[tuple[int, int], ...] = ()) -> Flow:
    return Flow(
        name="f",
        line=1,
        family=4 if family == 4 else 6,
        source="a",
        destination="b",
        source_leg=1,
        destination_leg=2,
        sources=((10, 19), (30, 39)),
        destinations=((50, 50),),
        protocol=protocol,
        ports=ports,
    )


def test_a_connection_begins_with_syn_and_neither_ack_nor_rst_nor_fin() -> None:
    found = list(forth(flow(6, ports=((80, 80),)), code_0=True, new=True))
    assert len(found) == 2
    for flags, begins in ((8, True), (11, True), (12, False), (24, False), (40, False), (0, False)):
        one = packet(4, src=10, dst=50, proto=6, dport=80, flags=flags)
        assert any(one in box for box in found) is begins
    assert SYN == (8, 11)


def test_answers_have_the_ports_and_the_ends_exchanged() -> None:
    (one, _) = back(flow(17, ports=((53, 54),)), code_0=True)
    assert one[Field.SRC] == (50, 50)
    assert one[Field.SPORT] == (53, 54)
    assert one[Field.DPORT] == (0, 65_535)
    (one, _) = back(flow(6, ports=((80, 80),)), code_0=True, flags=ANSWER)
    assert packet(4, src=50, dst=10, proto=6, sport=80, flags=16) in one
    assert packet(4, src=50, dst=10, proto=6, sport=80, flags=8) not in one


def test_an_echo_is_answered_by_its_reply_in_each_family() -> None:
    for family, proto, request, reply in ((4, 1, 8, 0), (6, 58, 128, 129)):
        its = flow(proto, family)
        assert next(forth(its, code_0=True, new=True))[Field.ICMP] == (request * 256, request * 256)
        assert next(back(its, code_0=False))[Field.ICMP] == (reply * 256, reply * 256 + 255)


def test_errors_are_those_that_a_connection_needs() -> None:
    for family, kinds in ((4, {3, 11, 12}), (6, {1, 2, 3, 4})):
        found = errors(4 if family == 4 else 6, ((1, 1),), ((2, 2),), code_0=False)
        assert {box[Field.ICMP][0] // 256 for box in found} == kinds
