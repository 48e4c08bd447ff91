"""What the check finds of many small changes to rendered repositories.

2,000 mutants by `make prove`, a tenth in CI, a fortieth by `make test`. The seed is the day's and
is printed; to see the same again:
PROVE_SEED=20261122 pytest tests/blueprints/mutation/test_campaign.py
"""

from __future__ import annotations

import sys

import pytest

from tests.blueprints.mutation.campaign import Lab, Tally, changing, preserving
from tests.blueprints.mutation.sites import rendered
from tests.prove import ALL, SEED, share

MUTANTS = 2000
SAME = 200
PARTS = 4
"""Each a test of its own, that two processes share them."""
LEAST = 0.95
SLACK = {True: 0.0, False: 0.10}
"""What chance may take from the share of a few mutants."""


@pytest.fixture(scope="module")
def labs(tmp_path_factory: pytest.TempPathFactory) -> list[Lab]:
    """Copies of all repositories, without what only compares with the render."""
    top = tmp_path_factory.mktemp("mutation")
    (top / "rendered").mkdir()
    return [Lab.of(one, top / one.name) for one in rendered(top / "rendered")]


def test_a_repository_is_clean_before_anything_is_changed(labs: list[Lab]) -> None:
    assert {lab.material.name: lab.before for lab in labs if lab.before} == {}


def test_the_lock_is_switched_off(labs: list[Lab]) -> None:
    for lab in labs:
        assert not (lab.folder / "tutela.lock").exists()
        assert not (lab.folder / ".tutela-base").exists()


@pytest.mark.law
@pytest.mark.parametrize("part", range(PARTS))
def test_what_changes_the_meaning_is_found(
    part: int, labs: list[Lab], capsys: pytest.CaptureFixture[str]
) -> None:
    count = share(MUTANTS) // PARTS
    tally = Tally()
    for outcome in changing(labs, SEED, range(part * count, (part + 1) * count)):
        tally.add(outcome)
    with capsys.disabled():
        sys.stdout.write(f"\nPROVE_SEED={SEED}: mutants, part {part + 1} of {PARTS}: {tally}\n")
    missed = "\n".join(str(one) for one in tally.missed)
    assert tally.bugs == []
    assert tally.share >= LEAST - SLACK[ALL], missed


@pytest.mark.law
def test_what_leaves_the_meaning_as_it_was_gives_no_finding(labs: list[Lab]) -> None:
    outcomes = list(preserving(labs, SEED, range(max(share(SAME), 10))))
    assert [one for one in outcomes if one.changes or one.rules or one.bugs] == []
