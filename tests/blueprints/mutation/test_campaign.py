"""What the check finds of many small changes to rendered repositories.

An eightieth of 2,400 mutants by `make test`, a tenth in CI; all of them by `make prove`, which runs
`python -m tests.blueprints.mutation` and writes the figures into docs/proved.md. The seed is the
day's and is printed; to see the same again:
PROVE_SEED=20261122 pytest tests/blueprints/mutation/test_campaign.py
"""

from __future__ import annotations

import sys

import pytest

from tests.blueprints.mutation.campaign import Lab, Tally, changing, preserving
from tests.blueprints.mutation.sites import rendered
from tests.prove import SEED, share

pytestmark = pytest.mark.xdist_group("mutation")
"""The repositories are rendered once."""

MUTANTS = {"sandbox": 2000, "cluster": 400}
SAME = {"sandbox": 200, "cluster": 40}
LEAST = {"sandbox": 0.95, "cluster": 0.92}
"""Of what was measured (docs/proved.md)."""
SLACK = 0.7
"""What chance may take from the share of one mutant; of n, the root of n-th part of it."""


@pytest.fixture(scope="module", params=sorted(MUTANTS))
def blueprint(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture(scope="module")
def labs(blueprint: str, tmp_path_factory: pytest.TempPathFactory) -> list[Lab]:
    """Copies of all repositories, without what only compares with the render."""
    top = tmp_path_factory.mktemp("mutation")
    (top / "rendered").mkdir()
    return [Lab.of(one, top / one.name) for one in rendered(top / "rendered", blueprint)]


def test_a_repository_is_clean_before_anything_is_changed(labs: list[Lab]) -> None:
    assert {lab.material.name: lab.before for lab in labs if lab.before} == {}


def test_the_lock_is_switched_off(labs: list[Lab]) -> None:
    for lab in labs:
        assert not (lab.folder / "tutela.lock").exists()
        assert not (lab.folder / ".tutela-base").exists()


def test_what_changes_the_meaning_is_found(
    blueprint: str, labs: list[Lab], capsys: pytest.CaptureFixture[str]
) -> None:
    tally, mutants = Tally(), MUTANTS[blueprint]
    for outcome in changing(labs, SEED, range(min(share(mutants), mutants // 10))):
        tally.add(outcome)
    with capsys.disabled():
        sys.stdout.write(f"\nPROVE_SEED={SEED}: {blueprint}: {tally}\n")
    assert tally.bugs == []
    assert tally.share >= LEAST[blueprint] - SLACK / tally.made**0.5, "\n".join(
        str(one) for one in tally.missed
    )


def test_what_leaves_the_meaning_as_it_was_gives_no_finding(
    blueprint: str, labs: list[Lab]
) -> None:
    outcomes = list(
        preserving(labs, SEED, range(max(share(SAME[blueprint]), SAME[blueprint] // 20)))
    )
    assert [one for one in outcomes if one.changes or one.rules or one.bugs] == []
