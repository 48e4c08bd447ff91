"""MLflow: models in runs, models by themselves, runs, hostile descriptions."""

from pathlib import Path

import pytest

from tests.governance.recognise.trees import recognise_files

RUN, MODEL = "a1" * 16, "m-" + "b2" * 16
TORCH = b"flavors:\n  pytorch: {model_data: data, code: code}\n  python_function: {data: data}\n"


def test_a_model_among_a_runs_artifacts_is_apart_from_the_run(tmp_path: Path) -> None:
    run = f"mlruns/1/{RUN}/"
    files = {
        f"{run}meta.yaml": b"",
        f"{run}metrics/loss": b"1",
        f"{run}artifacts/plots/loss.png": b"1",
        f"{run}artifacts/model/MLmodel": TORCH,
        f"{run}artifacts/model/data/model.pth": b"12",
        f"{run}artifacts/model/code/x.py": b"",
        "mlruns/1/meta.yaml": b"",
    }
    found = recognise_files(files, tmp_path)
    assert {(a["root"], a["slot"]): (a["kind"], a["rows"]) for a in found.artifacts} == {
        ("mlruns/1/", "rest"): ("unknown", 1),
        (run, "run"): ("run", 3),
        (f"{run}artifacts/model/", ""): ("model", 3),
    }
    model = found.at(f"{run}artifacts/model/")
    assert (model["run"], model["complete"], model["bytes_weights"]) == (run, True, 2)


def test_a_folder_that_a_flavor_names_and_that_is_gone(tmp_path: Path) -> None:
    files = {"x/MLmodel": TORCH, "x/code/a.py": b""}
    assert recognise_files(files, tmp_path).at("x/")["missing"] == ["x/data"]


def test_weights_inside_are_parts_and_looked_into(tmp_path: Path) -> None:
    files = {
        "x/MLmodel": b"flavors: {transformers: {model_binary: model, peft_adaptor: null}}",
        "x/model/config.json": b"{}",
        "x/model/model.safetensors.index.json": b'{"weight_map": {"a": "b.safetensors"}}',
    }
    one = recognise_files(files, tmp_path).at("x/")
    assert one["parts"] == ["hf-model", "mlflow"]
    assert one["missing"] == ["x/model/b.safetensors"]


def test_a_checkpoint_in_a_run_belongs_to_the_run(tmp_path: Path) -> None:
    save = f"mlruns/1/{RUN}/artifacts/checkpoint-5/"
    files = {f"{save}trainer_state.json": b"{}", f"mlruns/1/{RUN}/artifacts/note.log": b"1"}
    found = recognise_files(files, tmp_path)
    assert {a["kind"] for a in found.artifacts} == {"checkpoint", "run"}


def test_what_lies_beside_the_artifacts_of_a_logged_model_belongs_to_it(tmp_path: Path) -> None:
    root = f"mlruns/1/models/{MODEL}/"
    files = {f"{root}artifacts/MLmodel": b"flavors: {}", f"{root}tags/x": b"1"}
    found = recognise_files(files | {f"{root}meta.yaml": b""}, tmp_path)
    assert [(a["root"], a["rows"], a["complete"]) for a in found.artifacts] == [(root, 3, True)]


@pytest.mark.parametrize(
    "text", [b"", b"- 1", b"flavors: 3", b"a: &a [*a]", b"\xff\xfe", b"flavors: {x: !!python/x 1}"]
)
def test_a_description_that_is_none_makes_it_unknown(tmp_path: Path, text: bytes) -> None:
    one = recognise_files({"x/MLmodel": text}, tmp_path).at("x/")
    assert one["complete"] is None
    assert "x/MLmodel" in one["why"]


def test_addresses_and_strange_values_name_no_files(tmp_path: Path) -> None:
    text = b"flavors: {f: {data: 's3://x/y', code: [1], env: 3, artifacts: {a: 1}}, g: 7}"
    assert recognise_files({"x/MLmodel": text}, tmp_path).at("x/")["complete"] is True
