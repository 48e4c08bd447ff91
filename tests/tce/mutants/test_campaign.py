"""Mutants of every device and both families: what differs is found, what does not is not.

`make prove` runs `python -m tests.tce.mutants`, here is the day's share.
"""

from __future__ import annotations

from collections import Counter

import pytest

from tests.prove import SEED, share
from tests.tce.mutants.campaign import Files, outcomes, proved
from tests.tce.mutants.subjects import about, every, sample, subjects

MUTANTS = 600


@pytest.mark.parametrize("subject", subjects(), ids=lambda one: one.name)
def test_nothing_is_found_wrong_of_what_is_rendered(subject: object) -> None:
    found = next(one for one in subjects() if one is subject)
    assert proved(Files(found)) == ()


def test_every_mutant_that_does_something_else_is_found_and_no_other() -> None:
    for outcome in outcomes(sample(max(6, share(MUTANTS)), SEED, about(policies=False))):
        assert not outcome.missed, f"seed {SEED}: {outcome}: {outcome.difference}"
        assert not outcome.contradicted, f"seed {SEED}: {outcome}: {outcome.found}"


def test_there_are_mutants_of_every_sort_for_every_device() -> None:
    sorts = {"flip", "widen", "narrow", "port", "family", "reorder", "default", "hook"}
    for subject in subjects():
        for file in subject.devices:
            its = Counter(
                one.mutant.operator
                for one in every()
                if one.subject is subject and one.mutant.file == file
            )
            assert sorts <= set(its), (subject.name, file)
    assert len(every()) > 300


def test_the_same_seed_chooses_the_same_mutants() -> None:
    first, second = ([one.number for one in sample(50, "seed")] for _ in range(2))
    assert first == second
    assert len(set(first)) == 50
