"""Rules as rows that are cut to packets that there are."""

from __future__ import annotations

import random

from tce.prove.clause import Clause
from tce.prove.table import Pool, Space, of_clauses, of_filter
from tce.space.filter import Filter, Rule
from tce.space.header import FIELDS, TCP, UDP, Field, box, packet, top

SWITCH = Space(4, "switch")


def test_a_kind_of_packet_has_no_field_that_it_does_not_carry() -> None:
    pieces = SWITCH.pieces(box(4, proto=UDP).ranges)
    whole, later = (
        {field: side for field, side in zip(FIELDS, one, strict=True)} for one in pieces
    )
    assert whole[Field.FLAGS] == whole[Field.ICMP] == (0, 0)
    assert whole[Field.DPORT] == (0, 65_535)
    assert later[Field.FRAGMENT] == (1, 1)
    assert later[Field.DPORT] == (0, 0)


def test_no_two_kinds_share_a_packet_and_every_packet_is_of_one() -> None:
    chance = random.Random(1)
    for _ in range(300):
        proto = chance.choice((1, 6, 17, 58, 132, chance.randrange(256)))
        values = {"proto": proto, "src": chance.randrange(1 << 32)}
        if chance.random() < 0.3:
            values["fragment"] = 1
        elif proto in (6, 17, 132):
            values["dport"] = chance.randrange(65_536)
        one = packet(4, **values)
        kinds = [kind for _, kind in SWITCH.kinds()]
        holds = [
            all(low <= value <= high for (low, high), value in zip(kind, one.values, strict=True))
            for kind in kinds
        ]
        assert holds.count(True) == 1


def test_a_router_sees_no_later_fragments_where_they_are_put_together() -> None:
    assert all(
        one[FIELDS.index(Field.FRAGMENT)] == (0, 0)
        for one in Space(4, "forward", fragments=False).pieces(box(4).ranges)
    )


def test_equal_rows_have_one_number() -> None:
    pool = Pool()
    one = of_clauses([Clause(box(4, proto=TCP), "a")], SWITCH, pool)
    other = of_clauses([Clause(box(4, proto=TCP), "b")], SWITCH, pool)
    assert one.numbers == other.numbers
    assert one.first == other.first


def test_a_default_that_accepts_is_a_last_row() -> None:
    rule = Rule(1, "deny tcp", "drop", (box(4, proto=TCP),))
    its = Filter("d", "eos", "f", 4, "in", False, (rule,), "accept", 2)
    table = of_filter(its, SWITCH, Pool())
    assert table.accepts[-1]
    assert table.places[-1] == 1
    assert len(table.dropped) == 2
    assert top(Field.SRC, 4) == table.pool.rows[table.numbers[-1]][2][1]
