from collections import Counter
from ipaddress import ip_address

from tce.probe.choose import Chooser, Chosen
from tce.probe.expected import Declared
from tce.probe.reach import changed
from tce.space.header import TCP, Field, box, packet
from tests.tce.probe.environment import intent, meaning, places


def choose(seed: int = 1, count: int = 500) -> Chosen:
    return Chooser(intent(), places(), meaning().beginnings, seed).choose(count)


def test_the_same_seed_chooses_the_same_packets() -> None:
    assert choose() == choose()
    assert choose(1).probes != choose(2).probes


def test_every_boundary_of_every_flow_is_met_and_one_beyond() -> None:
    sent = {(p.packet.family, field, p.packet[field]) for p in choose().probes for field in Field}
    for declared in meaning().beginnings:
        low, high = declared.box[Field.DST]
        assert (declared.box.family, Field.DST, low) in sent
        assert (declared.box.family, Field.DST, high) in sent
    kubectl = next(one for one in meaning().beginnings if one.name == "kubectl").box
    for field in (Field.SRC, Field.DPORT):
        low, high = kubectl[field]
        for value in (low - 1, low, high, high + 1):
            assert (4, field, value) in sent


def test_no_two_packets_are_of_one_connection() -> None:
    known = Counter(
        frozenset(
            (
                (p.packet[Field.SRC], p.packet[Field.SPORT]),
                (p.packet[Field.DST], p.packet[Field.DPORT]),
            )
        )
        for p in choose(count=2000).probes
        if p.packet[Field.PROTO] == TCP
    )
    assert max(known.values()) == 1


def test_both_families_all_legs_and_what_is_refused_are_among_them() -> None:
    probes = choose(count=1000).probes
    assert {p.packet.family for p in probes} == {4, 6}
    assert {p.packet[Field.IIF] for p in probes} == {1, 2, 3}
    assert {p.packet[Field.OIF] for p in probes} == {0, 1, 2, 3}
    passing = sum(meaning().may(p.packet) is not None for p in probes)
    assert 100 < passing < len(probes) - 100


def test_a_witness_is_sent_as_it_is_or_it_is_told_why_not() -> None:
    chooser = Chooser(intent(), places(), meaning().beginnings, 1)
    first = choose().probes[0].packet
    found = chooser.choose(0, [first, changed(first, FRAGMENT=1)])
    assert found.probes[0].why == "witness"
    assert found.probes[0].packet == first
    assert found.left_out["connection tracking puts fragments together before any rule"] == 1


def test_the_files_own_boundaries_are_tried_too() -> None:
    first, to = int(ip_address("10.200.4.8")), int(ip_address("10.90.12.77"))
    wide = box(4, iif=3, oif=1, src=(first, first + 7), dst=to, proto=TCP, dport=(7, 9))
    chooser = Chooser(intent(), places(), meaning().beginnings, 1)
    probes = chooser.choose(0, file=[Declared("tce.nft:7", wide)]).probes
    assert {first - 1, first, first + 7, first + 8} <= {p.packet[Field.SRC] for p in probes}


def test_packets_that_begin_nothing_are_sent_to_be_refused() -> None:
    flags = {p.packet[Field.FLAGS] for p in choose().probes if p.packet[Field.PROTO] == TCP}
    assert {0, 4, 8, 16, 32, 40, 63} <= flags
    assert packet(4) not in {p.packet for p in choose().probes}
