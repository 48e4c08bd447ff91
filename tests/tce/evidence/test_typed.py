"""What the pack says to type can be typed."""

from __future__ import annotations

import shlex

import pytest

from tce.evidence.crosswalk import Proof, shipped
from tce.evidence.gather import Told, Trust
from tce.evidence.judge import Judged, Shown, State
from tce.evidence.record import Level
from tce.evidence.typed import NEW_KEY, command, steps
from tests.program import run
from tests.tce.evidence.standing import good

PROOFS = {(one.test, one.level): one for item in shipped() for one in item.proofs}
ITEM = shipped()[0]


@pytest.mark.parametrize("name", sorted(PROOFS))
def test_every_proof_has_a_command_with_options_that_there_are(name: tuple[str, Level]) -> None:
    words = shlex.split(command(PROOFS[name], "an environment"))
    assert words[0] == "tutela"
    assert "an environment" in words
    verbs = words[1 : words.index("an environment")]
    verbs = verbs[:-1] if "rotate" in verbs else verbs
    ran = run(*verbs, "--help")
    assert ran.code == 0
    for option in (one for one in words if one.startswith("--")):
        assert f"{option} " in ran.out


def _judged(*states: State, trust: Trust = "signed") -> Judged:
    record = good("check", "artefact", {}, {"*"})
    told = Told("one.dsse.json", record, trust, (), b"")
    proof = Proof(test="check", names=["*"])
    return Judged(ITEM, {}, tuple(Shown(proof, state, "why", told) for state in states), ())


def test_a_step_is_told_once_and_none_where_nothing_is_wrong() -> None:
    assert steps([_judged("shown", "not asked")], "hospital") == ()
    again = "tutela tce record hospital --key URI"
    assert steps([_judged("missing", "stale"), _judged("late")], "hospital") == (again,)


def test_what_is_red_is_looked_at() -> None:
    assert steps([_judged("red", trust="unsigned")], "hospital") == ("tutela check hospital",)


def test_who_has_signed_nothing_yet_makes_a_key_and_names_it() -> None:
    assert steps([_judged("unsigned", trust="unsigned")], "hospital") == (
        NEW_KEY,
        "tutela tce record hospital --key file:ci.pem",
        "tutela tce evidence hospital --trust ci.pub",
    )


def test_a_key_that_is_not_known_is_to_be_named() -> None:
    stranger = _judged("stranger", trust="stranger")
    assert steps([stranger], "hospital") == ("tutela tce evidence hospital --trust PEM",)


def test_a_test_of_somebody_elses_has_none() -> None:
    assert command(Proof(test="own", names=["*"]), "hospital") == ""
