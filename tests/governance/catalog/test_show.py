import pytest

from governance.catalog.show import show
from governance.retention.find import NoSuchArtifactError
from governance.workspace.workspace import Workspace
from tests.governance.catalog.places import result, scanned
from tests.governance.catalog.trees import project
from tests.labs.seaweed import Lab
from tests.program import run


def test_facts_and_files_of_one_artifact_are_shown(workspace: Workspace) -> None:
    tree = project(workspace)
    shown = show(workspace, f"file://{tree}/runs/a/checkpoint-20/", limit=None)
    assert shown.facts["kind"] == "checkpoint"
    assert shown.facts["complete"] is False
    assert [str(row["key"]).rpartition("/")[2] for row in shown.files] == [
        "config.json",
        "model-00001-of-00002.safetensors",
        "model.safetensors.index.json",
        "optimizer.pt",
        "trainer_state.json",
    ]
    assert {str(row["key"]).rpartition("/")[2]: row["role"] for row in shown.files}[
        "optimizer.pt"
    ] == "optimizer"
    text = str(shown)
    assert "missing     runs/a/checkpoint-20/model-00002-of-00002.safetensors" in text
    assert "weights 1.0 kB, optimizer 3.0 kB" in text


def test_an_id_its_beginning_and_a_file_inside_mean_the_same(workspace: Workspace) -> None:
    tree = project(workspace)
    uri = f"file://{tree}/runs/a/checkpoint-10"
    one = show(workspace, uri, limit=None)
    number = str(one.facts["id"])
    for name in (number, number[:6], f"{uri}/", f"{uri}/optimizer.pt"):
        assert show(workspace, name, limit=None).facts["id"] == number


def test_what_is_not_there_is_an_error_with_what_to_type(workspace: Workspace) -> None:
    project(workspace)
    with pytest.raises(NoSuchArtifactError) as caught:
        show(workspace, "s3://nowhere/x", limit=None)
    assert "tutela catalog list" in caught.value.__notes__


def test_versions_and_markers_are_shown_newest_first(login: Lab, workspace: Workspace) -> None:
    bucket = login.bucket(versioned=True)
    for body in (b"old", b"newer"):
        login.client.put_object(Bucket=bucket, Key="m/model.gguf", Body=body)
    login.client.put_object(Bucket=bucket, Key="m/gone.gguf", Body=b"x")
    login.client.delete_object(Bucket=bucket, Key="m/gone.gguf")
    scanned(workspace, f"s3://{bucket}", endpoint=login.endpoint)
    shown = show(workspace, f"s3://{bucket}/m/model.gguf", limit=None)
    rows = [(row["key"], row["is_latest"], row["size"]) for row in shown.files]
    assert rows[-2:] == [("m/model.gguf", True, 5), ("m/model.gguf", False, 3)]
    assert "older" in str(shown)


def test_files_may_be_cut_and_json_has_all(workspace: Workspace) -> None:
    tree = project(workspace)
    where = (f"file://{tree}/runs/a/checkpoint-10", "-w", str(workspace.folder))
    assert "the first 2 of 6 rows" in run("catalog", "show", *where, "--limit", "2").out
    found = result(run("--json", "catalog", "show", *where, "--limit", "2"))
    assert found["schema"] == "tutela/catalog-show/v1"
    assert isinstance(found["files"], list)
    assert len(found["files"]) == found["total"] == 6


def test_hostile_names_are_made_visible(workspace: Workspace) -> None:
    tree = project(workspace)
    name = "new\nline \u202e.txt"
    text = str(show(workspace, f"file://{tree}/{name}", limit=None))
    assert "\u202e" not in text
    assert "new\\nline \\u202e.txt" in text
