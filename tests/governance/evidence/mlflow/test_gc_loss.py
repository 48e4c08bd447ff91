"""`mlflow gc` destroys a model that production names; what the evidence says of it before."""

from pathlib import Path

from tests.governance.evidence.mlflow.reading import read
from tests.labs.mlflow_lab import TrackingLab, deleted_behind_alias, gc


def test_mlflow_gc_destroys_the_model_behind_a_live_alias(
    untouched_mlflow: TrackingLab, tmp_path: Path
) -> None:
    from mlflow.artifacts import download_artifacts

    lost = deleted_behind_alias(untouched_mlflow.copy(tmp_path), tmp_path / "artifacts")
    with lost.lab.client():
        before = download_artifacts(lost.alias, dst_path=str(tmp_path / "before"))
    assert (Path(before) / "model.safetensors").is_file()

    said = gc(lost.lab)

    assert f"Logged model with ID {lost.model} has been permanently deleted" in said
    assert "llama" not in said, "no word of the version or its alias"
    assert not lost.folder.exists()
    with lost.lab.client() as client:
        assert str(client.get_model_version_by_alias("llama", "production").version) == "1"
        after = download_artifacts(lost.alias, dst_path=str(tmp_path / "after"))
    assert list(Path(after).rglob("*")) == [], "production is an empty folder, and nobody is told"


def test_the_alias_still_claims_what_gc_would_destroy(
    untouched_mlflow: TrackingLab, tmp_path: Path
) -> None:
    lost = deleted_behind_alias(untouched_mlflow.copy(tmp_path), tmp_path / "artifacts")
    by_database = read(lost.lab.uri)
    assert {
        ("names", "alias/llama@production", "version/llama/1"),
        ("names", "version/llama/1", f"model/{lost.model}"),
        ("names", f"model/{lost.model}", lost.folder.as_uri()),
    } <= by_database.edges
    assert by_database.roots("mlflow.alias") == {"llama@production"}
    assert by_database.problems == []
    with lost.lab.server() as address:
        assert read(address).same() == by_database.same()


def test_without_its_alias_only_the_version_stands_for_the_model(
    untouched_mlflow: TrackingLab, tmp_path: Path
) -> None:
    lost = deleted_behind_alias(untouched_mlflow.copy(tmp_path), tmp_path / "artifacts")
    with lost.lab.client() as client:
        client.delete_registered_model_alias("llama", "production")
    said = read(lost.lab.uri)
    assert said.roots("mlflow.alias") == set()
    assert said.roots("mlflow.version") == {"llama/1"}
    assert said.roots("mlflow.model") == set()
    assert said.roots("mlflow.run") == set()
