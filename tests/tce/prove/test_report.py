"""What a proof says."""

from __future__ import annotations

from dataclasses import replace

from tce.prove.report import Finding, Proof, Target

TARGET = Target("leaf1", "eos", "leaf1.eos", "0" * 64, (4, 6), ("parse",), 3)
FINDING = Finding("leaf1", "extra", "leaf1.eos", 9, "accepts what is not declared", 4, "tcp a", "f")
WHOLE = Proof("d", "artefact", (TARGET,), (), ("assumed",), ("not shown",))


def test_it_holds_where_something_was_looked_at_and_nothing_found() -> None:
    assert (WHOLE.holds, WHOLE.exit_code) == (True, 0)
    for wrong in (replace(WHOLE, findings=(FINDING,)), replace(WHOLE, targets=())):
        assert (wrong.holds, wrong.exit_code) == (False, 3)


def test_its_data_are_plain() -> None:
    data = replace(WHOLE, findings=(FINDING,)).as_json()
    assert data["schema"] == "tutela/proof/v1"
    assert data["holds"] is False
    assert data["findings"] == [vars(FINDING)]
    assert str(WHOLE).startswith("d: holds")
