"""Finding and making a workspace; one of another version is left alone."""

import errno
import json
import os
from pathlib import Path

import pytest

from blueprints.yamlfile import InvalidFileError
from governance.errors import GovernanceError
from governance.workspace.workspace import (
    WORKSPACE_SCHEMA,
    Workspace,
    WorkspaceMissingError,
    WorkspaceVersionError,
    write_file,
)


def test_a_made_workspace_is_found_by_its_folder_and_from_below(tmp_path: Path) -> None:
    made = Workspace.create(tmp_path / "site")
    assert made.folder == tmp_path / "site" / ".tutela"
    assert json.loads((made.folder / "version.json").read_text()) == {"schema": WORKSPACE_SCHEMA}
    below = tmp_path / "site" / "a" / "b"
    below.mkdir(parents=True)
    for found in (
        Workspace.find(tmp_path / "site", tmp_path),
        Workspace.find(Path("site"), tmp_path),
        Workspace.find(made.folder, tmp_path),
        Workspace.find(None, below),
        Workspace.find(None, made.snapshots_dir),
    ):
        assert found == made


def test_the_nearest_workspace_wins(tmp_path: Path) -> None:
    Workspace.create(tmp_path)
    inner = Workspace.create(tmp_path / "inner")
    assert Workspace.find(None, tmp_path / "inner").folder == inner.folder


def test_without_a_workspace_the_hint_says_how_to_make_one(tmp_path: Path) -> None:
    with pytest.raises(WorkspaceMissingError, match="no workspace in") as caught:
        Workspace.find(tmp_path, tmp_path)
    assert caught.value.__notes__ == [f"tutela init -w {tmp_path}"]
    with pytest.raises(WorkspaceMissingError, match="no such folder"):
        Workspace.find(tmp_path / "none", tmp_path)
    with pytest.raises(WorkspaceMissingError, match="or above it"):
        Workspace.find(None, tmp_path)


def test_a_second_create_is_refused(tmp_path: Path) -> None:
    Workspace.create(tmp_path)
    with pytest.raises(GovernanceError, match="there is a workspace in"):
        Workspace.create(tmp_path)


def test_a_half_made_workspace_is_no_workspace_and_can_be_completed(tmp_path: Path) -> None:
    (tmp_path / ".tutela").mkdir()
    (tmp_path / ".tutela" / "tutela.yaml").write_text("policy: mine.yaml\n")
    with pytest.raises(WorkspaceMissingError, match="left half-made"):
        Workspace.find(tmp_path, tmp_path)
    made = Workspace.create(tmp_path, "policy: other.yaml\n")
    assert made.config.policies == ["mine.yaml"]


def test_a_file_in_the_way_is_told(tmp_path: Path) -> None:
    (tmp_path / ".tutela").write_text("")
    with pytest.raises(GovernanceError, match="not a folder"):
        Workspace.create(tmp_path)


def test_another_versions_workspace_is_refused(tmp_path: Path) -> None:
    made = Workspace.create(tmp_path)
    (made.folder / "version.json").write_text('{"schema": "tutela/workspace/v9"}')
    with pytest.raises(WorkspaceVersionError, match="written by another version") as caught:
        Workspace.find(tmp_path, tmp_path)
    assert "tutela/workspace/v9; this one reads tutela/workspace/v1" in str(caught.value)


@pytest.mark.parametrize("text", ["", "[]", "{}", '"x"', "[" * 60000, '{"schema":'])
def test_a_damaged_version_file_is_refused(tmp_path: Path, text: str) -> None:
    made = Workspace.create(tmp_path)
    (made.folder / "version.json").write_text(text)
    with pytest.raises(WorkspaceVersionError, match="cannot be understood"):
        Workspace.find(tmp_path, tmp_path)


def test_a_mistake_in_the_configuration_is_told_with_its_line(tmp_path: Path) -> None:
    made = Workspace.create(tmp_path)
    made.config_file.write_text("stores: {}\nsauces: []\n")
    with pytest.raises(InvalidFileError, match=r"tutela.yaml:2: unknown key \"sauces\""):
        Workspace.find(tmp_path, tmp_path)


def test_policies_lie_beside_the_configuration(tmp_path: Path) -> None:
    made = Workspace.create(tmp_path, "policy: [policy.yaml, /etc/site.yaml]\n")
    assert made.policy_paths() == [made.folder / "policy.yaml", Path("/etc/site.yaml")]


def test_a_file_is_written_whole_or_not_at_all(tmp_path: Path) -> None:
    write_file(tmp_path / "f", "new")
    assert (tmp_path / "f").read_text() == "new"
    with pytest.raises(UnicodeEncodeError):
        write_file(tmp_path / "f", "newer \ud800")
    assert [path.name for path in tmp_path.iterdir()] == ["f"]
    assert (tmp_path / "f").read_text() == "new"


def test_a_full_disk_is_told_with_the_name_of_the_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    # A truly full disk needs the right to mount one; it was tried by hand on a small tmpfs.
    def full(_: int) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    write_file(tmp_path / "f", "old")
    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(OSError, match=r"No space left on device: .*/f'") as caught:
        write_file(tmp_path / "f", "new")
    assert caught.value.errno == errno.ENOSPC
    assert (tmp_path / "f").read_text() == "old"
    assert [path.name for path in tmp_path.iterdir()] == ["f"]
