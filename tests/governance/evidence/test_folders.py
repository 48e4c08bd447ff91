"""Where readings lie, and which is the newest."""

from datetime import UTC, datetime
from pathlib import Path

from governance.evidence.folders import attempts, next_attempt, source_folder, source_folders
from governance.workspace.workspace import Workspace

NOW = datetime(2026, 11, 22, 1, 20, tzinfo=UTC)


def test_readings_are_counted_and_named_by_their_time(tmp_path: Path) -> None:
    assert next_attempt(tmp_path, NOW) == "20261122T012000Z-1"
    for name in (
        "20261122T012000Z-9",
        "20261122T012000Z-10",
        "20991231T000000Z-2",
        "20261101T000000Z",
    ):
        (tmp_path / name).mkdir()
    (tmp_path / ".partial-20261122T012000Z-11").mkdir()
    (tmp_path / "something else").mkdir()
    (tmp_path / "20261122T012000Z-12").write_text("a file")
    assert [path.name for path in attempts(tmp_path)] == [
        "20261122T012000Z-10",
        "20261122T012000Z-9",
        "20991231T000000Z-2",
        "20261101T000000Z",
    ]
    assert next_attempt(tmp_path, NOW) == "20261122T012000Z-11"


def test_every_source_that_was_read_is_found(tmp_path: Path) -> None:
    workspace = Workspace.create(tmp_path)
    assert source_folders(workspace) == []
    for kind, name in (("mlflow", "b"), ("mlflow", "a"), (".forgotten", "x"), ("dvc", ".y")):
        source_folder(workspace, kind, name).path.mkdir(parents=True)
    found = [(folder.kind, folder.name) for folder in source_folders(workspace)]
    assert found == [("mlflow", "a"), ("mlflow", "b")]
