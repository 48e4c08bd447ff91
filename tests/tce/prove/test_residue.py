"""What a switch accepts beyond the intent is told, rule by rule."""

from __future__ import annotations

from tce.prove.device import Subjects
from tce.prove.residue import residue
from tce.prove.table import Pool
from tests.tce.prove.rendered import EOS, RULESET, intent
from tests.tce.prove.test_device import filters


def told(file: str, format_: str, point: str) -> list[str]:
    its = filters(file, format_, 4, point)
    return list(residue(Subjects(intent(), Pool()).subject(its)))


def test_answers_and_errors_are_residue_and_what_is_declared_is_not() -> None:
    lines = told(EOS, "eos", "in")
    assert all(line.startswith(f"{EOS}:") for line in lines)
    assert any("answers of vpn-hospital" in line for line in lines)
    assert any("errors of ntp" in line for line in lines)
    assert any("tcp of reference-data with any flags" in line for line in lines)
    assert not any(line.endswith(": ntp") for line in lines)


def test_a_device_that_keeps_state_has_none() -> None:
    assert told(RULESET, "nftables", "forward") == []
