import math
from pathlib import Path

import pytest

from governance.decide.about import tell
from governance.decide.evidence import Evidence
from tests.governance.decide.oracle import Row
from tests.governance.decide.things import artifact, claim, learned, note, rows, said_by, told

RUN, OTHER = "mlflow:lab/run/1", "mlflow:lab/run/2"
MADE = claim("made", RUN, "s3://lab/runs/a/")
AGAIN = claim("made", OTHER, "s3://lab/runs/a/checkpoint-1/")
SAVE = artifact(1, "runs/a/checkpoint-1/", step=100)


def about(folder: Path, *said: Row, more: Evidence | None = None) -> Row | None:
    evidence = Evidence((*told(*said).readings, *(more.readings if more else ())))
    connection = learned(folder, [SAVE], evidence)
    tell(connection, ["team", "it's"], ["loss"])
    found = rows(connection, "SELECT * FROM about")
    return found[0] if found else None


@pytest.mark.parametrize(
    ("said", "status"),
    [
        ([MADE], None),
        ([MADE, note(RUN, "status", text="finished")], "finished"),
        ([MADE, note(RUN + "/", "status", text="finished")], "finished"),
        ([note(RUN, "status", text="finished"), AGAIN], None),
        ([MADE, AGAIN, note(RUN, "status", text="finished")], None),
        (
            [MADE, AGAIN, *(note(run, "status", text="finished") for run in (RUN, OTHER))],
            "finished",
        ),
        (
            [
                MADE,
                AGAIN,
                note(RUN, "status", text="finished"),
                note(OTHER, "status", text="running"),
            ],
            None,
        ),
        ([MADE, *(note(RUN, "status", text=text) for text in ("finished", "running"))], None),
        ([MADE, note(RUN, "status", text=None)], None),
        # A logged model is no run, whatever it says of itself.
        (
            [
                MADE,
                note(RUN, "status", text="running"),
                claim("names", "mlflow:lab/model/m", "s3://lab/runs/a/checkpoint-1"),
                note("mlflow:lab/model/m", "status", text="finished"),
            ],
            "running",
        ),
    ],
)
def test_every_run_that_made_it_has_to_say_the_same(
    tmp_path: Path, said: list[Row], status: str | None
) -> None:
    found = about(tmp_path, *said)
    assert (found["run_status"] if found else None) == status


def test_where_runs_differ_it_is_told_what_they_say(tmp_path: Path) -> None:
    said = [note(RUN, "state", text="active"), note(OTHER, "state", text="deleted")]
    found = about(tmp_path, MADE, AGAIN, *said)
    assert found is not None
    assert found["state"] is None
    assert set(found["said"].split(" and ")) == {"active", "deleted"}


@pytest.mark.parametrize("kind", ["store", "mlflow"])
def test_what_anybody_could_have_written_is_no_fact(tmp_path: Path, kind: str) -> None:
    trusted = kind == "mlflow"
    made = Evidence((said_by(kind, MADE, name="x"),))
    status = note(RUN, "status", text="finished")
    found = about(tmp_path, status, more=made)
    assert (found is not None and found["run_status"] == "finished") is trusted
    noted = Evidence((said_by(kind, status, name="x"),))
    found = about(tmp_path, MADE, more=noted)
    assert found is not None
    assert (found["run_status"] == "finished") is trusted


@pytest.mark.parametrize(
    ("place", "known"),
    [
        ("s3://lab/runs", True),
        ("s3://lab/runs/a/checkpoint-1", True),
        ("s3://lab/runs/a/checkpoint-1/model.safetensors", False),
        ("s3://lab/runs/a/checkpoint-10/", False),
        ("s3://lab/run", False),
    ],
)
def test_a_run_made_what_lies_where_it_wrote(tmp_path: Path, place: str, known: bool) -> None:
    found = about(tmp_path, claim("made", RUN, place), note(RUN, "status", text="failed"))
    assert (found is not None and found["run_status"] == "failed") is known


NAMED = [
    claim("names", "mlflow:lab/alias/m@prod", "mlflow:lab/version/m/1"),
    claim("names", "mlflow:lab/version/m/1", "mlflow:lab/model/m-1"),
    claim("names", "mlflow:lab/model/m-1", "s3://lab/runs/a/checkpoint-1/"),
]


@pytest.mark.parametrize("node", ["mlflow:lab/version/m/1", "mlflow:lab/model/m-1", RUN])
def test_tags_are_those_of_the_run_and_of_whatever_is_called_so(tmp_path: Path, node: str) -> None:
    found = about(tmp_path, MADE, *NAMED, note(node, "tag:team", text="a"))
    assert found is not None
    assert (found["tag_0"], found["tag_0_known"], found["tag_1"]) == ("a", 1, None)


def test_a_tag_with_two_values_is_not_known(tmp_path: Path) -> None:
    said = [note(RUN, "tag:team", text="a"), note("mlflow:lab/model/m-1", "tag:team", text="b")]
    found = about(tmp_path, MADE, *NAMED, *said, note(RUN, "tag:it's", text="x"))
    assert found is not None
    assert (found["tag_0_known"], found["tag_1_known"], found["tag_1"]) == (0, 1, "x")


def test_without_run_and_name_nothing_is_known(tmp_path: Path) -> None:
    assert about(tmp_path, note(RUN, "tag:team", text="a")) is None


@pytest.mark.parametrize(
    ("points", "value"),
    [
        ([(0.5, 100)], 0.5),
        ([(0.5, 100), (0.5, 100)], 0.5),
        ([(0.5, 100), (0.4, 90), (math.nan, 110)], 0.5),
        ([(0.5, 90)], None),
        ([(0.5, None)], None),
        ([(0.5, 100), (0.6, 100)], None),
        ([(math.nan, 100)], None),
        ([(None, 100), (0.5, 100)], None),
        ([(math.nan, 100), (0.5, 100)], None),
        ([(math.inf, 100)], math.inf),
        ([(-0.0, 100)], 0.0),
        ([], None),
    ],
)
def test_a_metric_counts_at_the_step_and_where_it_is_one_number(
    tmp_path: Path, points: list[tuple[float | None, int | None]], value: float | None
) -> None:
    said = [note(RUN, "metric:loss", number=number, step=step) for number, step in points]
    found = about(tmp_path, MADE, *said, note(RUN, "metric:other", number=9.0, step=100))
    assert found is not None
    assert found["metric_0"] == value


def test_two_runs_that_logged_different_values_contradict_each_other(tmp_path: Path) -> None:
    said = [
        note(RUN, "metric:loss", number=0.5, step=100),
        note(OTHER, "metric:loss", number=0.6, step=100),
    ]
    found = about(tmp_path, MADE, AGAIN, *said)
    assert found is not None
    assert found["metric_0"] is None
