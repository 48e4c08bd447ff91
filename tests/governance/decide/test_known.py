"""From what lies in a workspace to what the decision takes."""

from pathlib import Path

from governance.decide.evidence import Doubt
from governance.decide.known import evidence_of
from governance.evidence.known import Known
from governance.evidence.schema import Problem, Reading
from tests.governance.decide.things import NOW, days


def known(
    kind: str = "mlflow",
    name: str = "lab",
    problems: tuple[Problem, ...] = (),
    *,
    complete: bool = True,
    **fields: object,
) -> Known:
    """One source of a workspace as it was read once."""
    reading = Reading(
        kind=kind,
        name=name,
        place="https://mlflow.example.org",
        writers="whoever may log in",
        trusted=kind != "store",
        asked=NOW,
        as_of=days(1),
        complete=complete,
        problems=problems,
    )
    said: dict[str, object] = {"claims": None, "notes": None, "registered": True, **fields}
    return Known(reading, **said)  # type: ignore[arg-type]


def test_every_source_is_there_in_order_and_under_its_name() -> None:
    found = evidence_of([known(), known("dvc", "data"), known("store", "x")])
    assert [one.called for one in found.readings] == ["mlflow (lab)", "dvc (data)", "store (x)"]
    assert [one.trusted for one in found.readings] == [True, True, False]


def test_what_a_source_says_and_of_when_and_of_where_is_passed_on() -> None:
    claims, notes = Path("claims.parquet"), Path("notes.parquet")
    (found,) = evidence_of([known(claims=claims, notes=notes, reach=("s3://lab/",))]).readings
    assert (found.claims, found.notes, found.reach) == (claims, notes, ("s3://lab/",))
    assert (found.as_of, found.doubts) == (days(1), ())
    assert found.lacks(None, NOW) is None


def test_the_newest_answer_counts_and_not_when_it_was_asked_for() -> None:
    silent = known()
    silent = Known(silent.reading.model_copy(update={"as_of": None}), None, None, True)
    (found,) = evidence_of([silent]).readings
    assert found.as_of is None
    assert found.lacks(None, NOW) == "mlflow (lab) was never read"


def test_each_problem_is_a_doubt_where_it_is() -> None:
    problems = (Problem(words="half a page", within="s3://lab/"), Problem(words="no answer"))
    (found,) = evidence_of([known(problems=problems, complete=False)]).readings
    assert found.doubts == (Doubt("half a page", "s3://lab/"), Doubt("no answer"))
    assert found.lacks(None, NOW) == "mlflow (lab) was not read completely (no answer)"


def test_a_problem_is_a_doubt_also_where_the_source_says_that_it_is_complete() -> None:
    (found,) = evidence_of([known(problems=(Problem(words="no answer"),))]).readings
    assert found.doubts == (Doubt("no answer"),)


def test_what_is_incomplete_for_no_reason_is_in_doubt_everywhere() -> None:
    (found,) = evidence_of([known(complete=False)]).readings
    assert found.doubts == (Doubt("no reason given"),)


def test_a_source_that_nobody_registers_any_more_still_counts() -> None:
    assert len(evidence_of([known(registered=False)]).readings) == 1


def test_a_workspace_without_sources_has_no_evidence() -> None:
    assert evidence_of([]).readings == ()
