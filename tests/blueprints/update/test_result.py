"""What people and programs are told."""

import json
from pathlib import Path

from blueprints.update.merged import Conflict
from blueprints.update.plan import Change, Kind, Plan
from blueprints.update.result import Updated
from tests.blueprints.update.five import version

PLAN = Plan(
    [
        Change("a.yaml", Kind.MERGED, b"a: 1\nb: 1\n", b"a: 2\nb: 1\n"),
        Change("b", Kind.MOVED, b"1\n", b"1\n", was="old/b"),
        Change("c", Kind.ADDED, None, b"x\x1b[2J\n"),
        Change("d", Kind.KEPT, b"", b"", why="yours"),
        Change("e.bin", Kind.CHANGED, b"\0", b"\1"),
        Change("f", Kind.CONFLICT, b"1", b"2", why="both"),
    ],
    [Conflict("f", "spec.x", 7, "both")],
)


def result(plan: Plan, *, dry_run: bool = True) -> Updated:
    return Updated.of(Path("repo"), 1, version(2), plan, Plan(), dry_run)


def test_the_text_names_every_file_and_conflict() -> None:
    text = str(result(PLAN, dry_run=False))
    assert text.startswith(
        "repo: five 1 -> 2: 1 added, 1 changed, 1 merged, 1 moved, 1 kept, 1 conflict\n"
    )
    assert "old/b -> b" in text
    assert "  f:7: spec.x: both" in text
    assert text.endswith(
        "with --markers, which writes all of it, and both versions where they clash."
    )
    assert "+a: 2" not in text


def test_a_dry_run_shows_the_differences_and_nothing_a_terminal_obeys() -> None:
    text = str(result(PLAN))
    assert "-a: 1\n+a: 2" in text
    assert "+x\\x1b[2J" in text
    assert "\x1b" not in text
    assert "e.bin: not shown" in text


def test_json_has_the_same() -> None:
    data = json.loads(json.dumps(result(PLAN).as_json()))
    assert data["schema"] == "tutela/update/v1"
    assert [one["file"] for one in data["files"]] == ["a.yaml", "b", "c", "d", "e.bin", "f"]
    assert "+a: 2" in data["files"][0]["diff"]
    assert data["files"][1]["was"] == "old/b"
    assert data["conflicts"] == [{"file": "f", "where": "spec.x", "line": 7, "reason": "both"}]


def test_the_exit_code_says_whether_there_are_conflicts() -> None:
    assert result(PLAN).exit_code == 3
    assert result(PLAN).now_written().exit_code == 3
    assert result(Plan()).exit_code == 0


def test_nothing_to_do_is_said() -> None:
    assert str(result(Plan(), dry_run=False)) == "repo: five 1 -> 2: nothing to do"


def test_a_completed_update_is_said() -> None:
    done = Updated.completed(Path("repo"))
    assert "completed the update of repo" in str(done)
    assert done.as_json()["recovered"] is True
