"""A proof for people."""

from __future__ import annotations

from dataclasses import replace

from tce.prove.text import text
from tests.tce.prove.test_report import FINDING, TARGET, WHOLE


def test_a_failure_has_its_place_packet_and_flow() -> None:
    said = text(replace(WHOLE, findings=(FINDING,)))
    assert "d: does not hold" in said
    assert "leaf1.eos:9: extra (leaf1, IPv4)" in said
    assert "packet    tcp a" in said
    assert "flow      f" in said
    assert "- assumed" in said
    assert "- not shown" in said


def test_what_speaks_against_it_stands_where_a_terminal_ends() -> None:
    lines = text(replace(WHOLE, findings=(FINDING, FINDING))).splitlines()
    assert lines[0] == lines[-1] == "d: does not hold: 2 findings"
    assert any("leaf1.eos:9" in line for line in lines[-6:])


def test_where_nothing_was_looked_at_nothing_holds() -> None:
    said = text(replace(WHOLE, targets=(), findings=()))
    assert said.splitlines()[0] == "d: does not hold: there is nothing to prove"


def test_no_line_is_longer_than_a_screen_and_residue_is_cut() -> None:
    lines = tuple(f"leaf1.eos:{n}: {'answers of a flow ' * 9}" for n in range(40))
    target = replace(TARGET, residue=lines)
    figures = {"seconds": 1.0, "questions": 5.0}
    said = text(replace(WHOLE, targets=(target,), figures=figures))
    assert max(map(len, said.splitlines())) <= 100
    assert "and 35 more" in said
    assert "5 questions to z3" in said


def test_what_a_file_says_cannot_act_in_a_terminal() -> None:
    evil = replace(FINDING, message="\x1b[2Jaccepts")
    assert "\x1b" not in text(replace(WHOLE, findings=(evil,)))
