"""Rules without effect."""

from __future__ import annotations

import pytest

from tce.prove import algebra
from tce.prove import dead as module
from tce.prove.dead import Dead, dead
from tce.prove.smt import Solver
from tce.prove.table import Pool, Space, Table
from tce.space.header import box

SPACE = Space(4, "switch")


def found(*rows: tuple[int, int]) -> list[Dead]:
    table = Table(SPACE, Pool())
    for place, ports in enumerate(rows):
        table.add(box(4, proto=6, fragment=0, dport=ports).ranges, place, accept=place % 2 == 0)
    return dead(table, len(rows), Solver(4, table.pool), 1)


def test_a_rule_is_dead_where_rules_before_it_hold_all_of_it() -> None:
    assert found((1, 5), (6, 9), (2, 8), (1, 10)) == [Dead(2, 0)]


def test_a_rule_that_fits_no_packet_is_dead() -> None:
    table = Table(SPACE, Pool())
    table.add(box(4, proto=17, flags=3).ranges, 0, accept=True)
    assert dead(table, 1, Solver(4, table.pool), 1) == [Dead(0, None)]


def test_what_is_too_large_for_subtraction_is_left_to_z3(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(algebra, "MOST_STEPS", 0)
    assert found((1, 5), (6, 9), (2, 8), (1, 10)) == [Dead(2, 0)]


def test_engines_that_do_not_agree_are_a_bug(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "_has_effect", lambda *_: False)
    with pytest.raises(RuntimeError, match="do not agree"):
        found((1, 5), (6, 9))
