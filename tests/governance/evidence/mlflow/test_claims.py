from hypothesis import given, settings
from hypothesis import strategies as st

from tests.governance.evidence.mlflow.tracking import ROOT, Held, model, run, said_of
from tests.prove import share


def test_a_run_whose_status_is_not_known_is_a_root_of_an_unknown_one() -> None:
    said = said_of(Held(held_runs=[run("r", status="PAUSED"), run("s", status=None)]))
    assert said.roots("mlflow.run") == {"unknown"}
    assert said.notes_of("run/r", "status") == []


def test_places_that_parameters_and_tags_name_are_made_by_the_run() -> None:
    params = {"output_dir": "/scratch/run", "default_root_dir": "s3://other/root", "lr": "/x"}
    tags = {"output_dir": "file:///iopsstor/run/", "checkpoint_dir": ""}
    said = said_of(Held(held_runs=[run("r", params=params, tags=tags)]))
    assert said.edges == {
        ("made", "run/r", f"{ROOT}/r/artifacts"),
        ("made", "run/r", "file:///scratch/run"),
        ("made", "run/r", "file:///iopsstor/run"),
        ("made", "run/r", "s3://other/root"),
    }
    assert said.remarks == []


def test_relative_paths_are_counted_in_one_remark() -> None:
    runs = [run(f"r{number}", params={"output_dir": "./out"}) for number in range(50)]
    said = said_of(Held(held_runs=[*runs, run("up", params={"output_dir": "/a/../b"})]))
    assert said.remarks == [
        "51 parameters and tags name a relative path: "
        "what was saved there is not known to be a run's"
    ]
    assert said.problems == []


def test_what_lies_behind_the_server_is_one_problem() -> None:
    runs = [run(f"r{number}", location=f"mlflow-artifacts:/1/r{number}") for number in range(50)]
    models = [model("m-1", location="mlflow-artifacts:/1/models/m-1")]
    said = said_of(Held(held_runs=runs, held_models=models))
    assert said.problems == [
        "logged models that lie behind the tracking server: 1, such as m-1",
        "runs that lie behind the tracking server: 50, such as r0",
    ]


def test_the_run_of_a_logged_model_may_be_gone() -> None:
    said = said_of(Held(held_models=[model("m-1", run="gone")]))
    place = f"{ROOT}/models/m-1/artifacts"
    assert said.edges == {
        ("names", "model/m-1", place),
        ("needs", "model/m-1", "run/gone"),
        ("made", "run/gone", place),
    }
    assert said.roots("mlflow.run") == set()


def test_a_deleted_model_is_found_by_the_run_that_made_it() -> None:
    deleted = model("m-1", active=False, run="r")
    said = said_of(Held(held_runs=[run("r", outputs=["m-1", "m-2"])], unlisted=[deleted]))
    place = f"{ROOT}/models/m-1/artifacts"
    assert ("made", "run/r", place) in said.edges
    assert ("names", "model/m-1", place) in said.edges
    assert sum(row["target"] == place and row["relation"] == "made" for row in said.claims) == 1
    assert said.roots("mlflow.model") == set()
    assert said.problems == [], "of m-2 nothing is left"


@settings(max_examples=share(600))
@given(
    st.lists(
        st.tuples(st.text(), st.text(), st.text(), st.none() | st.text(), st.booleans()),
        max_size=6,
        unique_by=lambda one: one[0],
    )
)
def test_no_text_of_a_run_is_an_accident(
    runs: list[tuple[str, str, str, str | None, bool]],
) -> None:
    held = [
        run(
            one,
            name=name,
            location=place,
            active=active,
            params={"output_dir": value},
            tags={name: value},
        )
        for one, name, value, place, active in runs
    ]
    said = said_of(Held(held_runs=held))
    assert sum(row["key"] == "state" for row in said.notes) == len(runs)
    made = {row["holder"] for row in said.claims if row["relation"] == "made"}
    assert said.problems != [] or len(made) == len(runs), "placed, or a problem"
    for row in said.claims:
        target = str(row["target"])
        assert "/../" not in f"{target}/"
        assert target.partition(":")[0] not in ("http", "mlflow-artifacts")
