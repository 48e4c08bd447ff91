"""The proof, the algebra and the kernel say the same of every mutant of the perimeter."""

from __future__ import annotations

import os

import pytest

from tests.prove import SEED, share
from tests.tce.mutants import packets
from tests.tce.mutants.campaign import differing, findings
from tests.tce.mutants.subjects import PERIMETER, Case, Subject, every, sample, subjects

pytestmark = pytest.mark.real

MUTANTS = 400


def chosen(subject: Subject) -> list[Case]:
    its = [one for one in sample(len(every()), SEED) if one.mutant.file == PERIMETER]
    return [one for one in its if one.subject is subject][: max(10, share(MUTANTS) // 3)]


@pytest.mark.parametrize("subject", subjects(), ids=lambda one: one.name)
def test_packets_show_every_mutant_that_does_something_else(
    subject: Subject, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", f"/usr/sbin:/sbin:{os.environ['PATH']}")
    shown = 0
    with packets.prober(subject) as lab:
        for case in chosen(subject):
            differs, difference = differing(case)
            seen = packets.seen(lab, case)
            told = any(one.property != "dead" for one in findings(case))
            assert differs == told, (SEED, case.number, case.mutant.what, difference)
            assert seen.agrees(differs), (SEED, case.number, case.mutant.what, seen.shown)
            shown += seen.verdict
    assert shown, SEED
