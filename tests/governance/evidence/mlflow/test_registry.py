import pytest

from tests.governance.evidence.mlflow.tracking import (
    ROOT,
    Held,
    alias,
    model,
    run,
    said_of,
    version,
)


def test_a_stage_is_a_name_as_an_alias_is() -> None:
    held = Held(held_versions=[version("llama", "1", "s3://lab/x", stage="Production")])
    said = said_of(held)
    assert said.roots("mlflow.alias") == {"llama@Production"}
    assert ("names", "alias/llama@Production", "version/llama/1") in said.edges
    words = [row["words"] for row in said.claims if row["root"] == "mlflow.alias"]
    assert words == ["stage Production of model llama (mlflow)"]


@pytest.mark.parametrize("stage", ["None", "Archived", None, "Champion"])
def test_other_stages_are_none(stage: str | None) -> None:
    held = Held(held_versions=[version("llama", "1", "s3://lab/x", stage=stage)])
    assert said_of(held).roots("mlflow.alias") == set()


def test_an_alias_of_no_version_dangles() -> None:
    said = said_of(Held(held_aliases=[alias("llama", "production", "9")]))
    assert said.edges == {("names", "alias/llama@production", "version/llama/9")}
    assert said.problems == []


def test_a_version_of_a_run_that_is_gone_is_a_problem_that_names_it() -> None:
    held = Held(held_versions=[version("llama", "1", "runs:/gone/model", run="gone")])
    said = said_of(held)
    assert said.edges == {("needs", "version/llama/1", "run/gone")}
    assert said.problems == [
        "registered versions that lie in a run that is not there: 1, "
        "such as version 1 of model llama"
    ]


def test_a_version_of_a_run_is_where_the_run_is() -> None:
    held = Held([run("r")], held_versions=[version("llama", "1", "runs:/r/model", run="r")])
    assert ("names", "version/llama/1", f"{ROOT}/r/artifacts/model") in said_of(held).edges


def test_a_source_and_a_location_that_differ_both_count() -> None:
    one = version("llama", "1", "s3://lab/before", location="s3://lab/after")
    assert said_of(Held(held_versions=[one])).edges == {
        ("names", "version/llama/1", "s3://lab/before"),
        ("names", "version/llama/1", "s3://lab/after"),
    }


def test_a_logged_model_that_was_moved_is_named_and_so_is_where_it_is_loaded_from() -> None:
    one = version("llama", "1", "models:/m-1", location="s3://lab/after")
    said = said_of(Held(held_models=[model("m-1")], held_versions=[one]))
    assert {
        ("names", "version/llama/1", "model/m-1"),
        ("names", "version/llama/1", "s3://lab/after"),
        ("names", "model/m-1", f"{ROOT}/models/m-1/artifacts"),
    } == said.edges


def test_a_logged_model_that_is_not_listed_is_asked_for() -> None:
    deleted = model("m-1", active=False)
    one = version("llama", "1", "models:/m-1")
    said = said_of(Held(held_versions=[one], unlisted=[deleted]))
    assert ("names", "model/m-1", f"{ROOT}/models/m-1/artifacts") in said.edges
    assert said.roots("mlflow.model") == set()


def test_of_a_logged_model_that_was_destroyed_it_is_asked_where_it_was_loaded_from() -> None:
    one = version("llama", "1", "models:/m-1")
    said = said_of(Held(held_versions=[one], locations={"llama": "s3://lab/was"}))
    assert said.edges == {
        ("names", "version/llama/1", "model/m-1"),
        ("names", "version/llama/1", "s3://lab/was"),
    }
    assert said.problems == []


@pytest.mark.parametrize("source", ["models:/m-llama/1", "models:/m-llama@production"])
def test_a_registered_model_may_be_called_like_a_logged_one(source: str) -> None:
    versions = [version("m-llama", "1", "s3://lab/x"), version("copy", "1", source)]
    held = Held(held_versions=versions, held_aliases=[alias("m-llama", "production", "1")])
    assert ("names", "version/copy/1", "s3://lab/x") in said_of(held).edges


def test_a_server_may_say_the_logged_model_itself() -> None:
    one = version("llama", "1", f"{ROOT}/models/m-1/artifacts", model_id="m-1")
    said = said_of(Held(held_models=[model("m-1")], held_versions=[one]))
    assert ("names", "version/llama/1", "model/m-1") in said.edges


def test_hostile_names_stay_names() -> None:
    name = "../../etc\n\x1b[31m" + "x" * 300
    held = Held(
        held_versions=[version(name, "1\n", "s3://lab/x", tags={"\n": "\x00"})],
        held_aliases=[alias(name, "pro@duction", "1\n")],
    )
    said = said_of(held)
    assert said.roots("mlflow.alias") == {f"{name}@pro@duction"}
    assert ("names", f"alias/{name}@pro@duction", f"version/{name}/1\n") in said.edges


def test_a_name_of_ten_megabytes_is_a_problem_and_the_rest_is_said() -> None:
    held = Held(
        held_versions=[
            version("y" * 10_000_000, "1", "s3://lab/x"),
            version("a", "1", "s3://lab/y"),
        ]
    )
    said = said_of(held)
    assert said.problems
    assert ("names", "version/a/1", "s3://lab/y") in said.edges
