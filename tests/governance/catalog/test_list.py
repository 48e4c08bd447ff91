import json
import os
from pathlib import Path

import pytest

from blueprints.display import width
from governance.catalog.list import UnknownChoiceError, Wanted, list_artifacts
from governance.workspace.workspace import Workspace
from tests.governance.catalog.places import result, scanned
from tests.governance.catalog.trees import project
from tests.program import run


def uris(workspace: Workspace, wanted: Wanted) -> list[str]:
    rows = list_artifacts(workspace, wanted, limit=None).rows
    return sorted(str(row["uri"]).rpartition("tree/")[2] for row in rows)


def test_everything_is_listed_largest_first(workspace: Workspace) -> None:
    project(workspace)
    found = list_artifacts(workspace, Wanted(), limit=None)
    sizes = [row["bytes"] for row in found.rows]
    assert sizes == sorted(sizes, key=lambda size: -int(str(size)))
    assert found.total == len(found.rows) == 3
    assert found.stored == sum(int(str(size)) for size in sizes)


@pytest.mark.parametrize(
    ("wanted", "expected"),
    [
        (Wanted(kind="checkpoint"), ["runs/a/checkpoint-10/", "runs/a/checkpoint-20/"]),
        (Wanted(kind="model"), []),
        (Wanted(kind="checkpoint", incomplete=True), ["runs/a/checkpoint-20/"]),
        (Wanted(run="runs/a"), ["runs/a/checkpoint-10/", "runs/a/checkpoint-20/"]),
        (Wanted(run="a/"), ["runs/a/checkpoint-10/", "runs/a/checkpoint-20/"]),
        (Wanted(run="b"), []),
        (Wanted(project="unknown", kind="checkpoint", run="no"), []),
    ],
)
def test_a_choice_leaves_out_the_rest(
    workspace: Workspace, wanted: Wanted, expected: list[str]
) -> None:
    project(workspace)
    assert uris(workspace, wanted) == expected


def test_a_project_is_chosen_by_its_prefixes(workspace: Workspace) -> None:
    tree = project(workspace)
    (workspace.folder / "tutela.yaml").write_text(
        f"projects: {{alpha: {{prefixes: ['file://{tree}/runs/']}}}}\n"
    )
    again = Workspace.find(workspace.folder, workspace.folder)
    assert len(uris(again, Wanted(project="alpha"))) == 2
    assert len(uris(again, Wanted(project="unknown"))) == 1


@pytest.mark.parametrize(
    ("wanted", "hint"),
    [(Wanted(kind="chekpoint"), "--kind checkpoint"), (Wanted(project="x"), "--project unknown")],
)
def test_what_does_not_exist_is_refused_with_the_nearest_name(
    workspace: Workspace, wanted: Wanted, hint: str
) -> None:
    project(workspace)
    with pytest.raises(UnknownChoiceError) as caught:
        list_artifacts(workspace, wanted, limit=None)
    assert caught.value.__notes__ == [hint]
    assert caught.value.exit_code == 2


def test_the_table_fits_100_columns_and_shows_hostile_names_as_text(
    workspace: Workspace,
) -> None:
    tree = project(workspace)
    (tree / "runs" / ("long" * 50)).mkdir()
    (tree / "runs" / ("long" * 50) / "model.gguf").write_bytes(b"x")
    scanned(workspace, f"file://{tree}", hours=1)
    shown = run("catalog", "list", "-w", str(workspace.folder)).out
    assert all(width(line) <= 100 for line in shown.splitlines() if "below" not in line)
    assert "\u202e" not in shown
    assert "checkpoint-10/" in shown


def test_a_table_may_be_cut_and_json_is_whole(workspace: Workspace) -> None:
    project(workspace)
    where = ("-w", str(workspace.folder))
    assert "the largest 1 of 3 artifacts" in run("catalog", "list", *where, "--limit", "1").out
    found = result(run("--json", "catalog", "list", *where, "--limit", "1"))
    assert found["schema"] == "tutela/catalog-list/v1"
    artifacts = found["artifacts"]
    assert isinstance(artifacts, list)
    assert len(artifacts) == 3
    one = next(one for one in artifacts if one["uri"].endswith("checkpoint-20/"))
    assert one["complete"] is False
    assert one["missing"][0].endswith("model-00002-of-00002.safetensors")
    assert one["newest"].startswith("2026-05-01T")


def test_nothing_found_is_said(workspace: Workspace) -> None:
    project(workspace)
    done = run("catalog", "list", "-w", str(workspace.folder), "--kind", "adapter")
    assert done.code == 0
    assert done.out == "no such artifacts in the newest snapshots\n"


def test_an_incomplete_listing_is_said(workspace: Workspace, tmp_path: Path) -> None:
    data = tmp_path / "data"
    data.mkdir()
    (data / "1.csv").write_text("alpha,a/m.gguf,5\n")
    manifest = {
        "sourceBucket": "alpha",
        "fileFormat": "CSV",
        "fileSchema": "Bucket, Key, Size",
        "creationTimestamp": "1790000000000",
        "files": [{"key": "x/data/1.csv"}, {"key": "x/data/2.csv"}],
    }
    (tmp_path / "manifest.json").write_text(json.dumps(manifest))
    assert scanned(workspace, str(tmp_path / "manifest.json")).exit_code == 4
    shown = str(list_artifacts(workspace, Wanted(), limit=None))
    assert "s3://alpha/ was not listed completely: there may be more" in shown
    assert os.sep in shown
