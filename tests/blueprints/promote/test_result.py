import json
from pathlib import Path

import pytest

from blueprints.promote.result import Promoted
from tests.blueprints.promote.staged import promoted, rendered
from tests.blueprints.update.repositories import edit


@pytest.fixture
def repo(tmp_path: Path) -> Path:
    return rendered(tmp_path / "repo")


def test_people_read_what_changes_from_what_to_what_and_what_to_type_next(repo: Path) -> None:
    assert str(promoted(repo, "stage")).replace(str(repo), "repo") == (
        """\
repo: stage gets what test runs: 3 fields

stage      from            to
kernel     v1.32.9+rke2r2  v1.33.5+rke2r1
parts.db   -               2.0.0
parts.web  1.3.0           1.4.0

clusters that change: web
only stage has, and keeps: parts.cache
files: stages/stage.yaml, spec.yaml, .tutela-base/render/stages.jsonl, tutela.lock
compared 5 files: 3 of the fields that may differ do, nothing else does
next:
  git -C repo diff
  tutela check repo
  git -C repo commit --all --message 'stage: kernel v1.33.5+rke2r1, db 2.0.0, web 1.4.0'"""
    )


def test_nothing_to_promote_is_one_line(repo: Path) -> None:
    text = (repo / "spec.yaml").read_text()
    same = rendered(repo.parent / "same", text.replace("cache: 0.9.0", "db: 1.0.0"))
    promoted(same, "stage")
    assert str(promoted(same, "stage")) == f"{same}: nothing to promote: stage has what test runs"


def test_what_was_left_out_is_said(repo: Path) -> None:
    promoted(repo, "stage", only=("parts.web",))
    said = str(promoted(repo, "stage", only=("parts.web",)))
    assert said.splitlines()[0].endswith("(not asked for: kernel, parts.db)")


def test_a_dry_run_ends_with_nothing_was_written(repo: Path) -> None:
    assert str(promoted(repo, "stage", dry_run=True)).endswith("\n\nNothing was written.")


def test_conflicts_are_told_with_their_lines(repo: Path) -> None:
    edit(repo, "stages/stage.yaml", "v1.32.9+rke2r2", "v1.32.8+rke2r1")
    said = str(promoted(repo, "stage"))
    assert "\nconflicts:\n  stages/stage.yaml:" in said
    assert said.endswith("Nothing was written. Undo your change and run it again.")


def test_programs_read_the_same(repo: Path) -> None:
    data = json.loads(json.dumps(promoted(repo, "stage").as_json()))
    assert data["schema"] == "tutela/promote/v1"
    assert (data["from"], data["to"]) == ("test", "stage")
    assert data["fields"][0] == {
        "field": "kernel",
        "from": "v1.32.9+rke2r2",
        "to": "v1.33.5+rke2r1",
    }
    assert [one["file"] for one in data["differences"]] == ["stages/stage.yaml"] * 3
    assert data["update"]["written"] is True
    assert promoted(repo, "stage").as_json()["update"] is None


def test_a_promotion_that_was_completed_says_so(repo: Path) -> None:
    done = Promoted.completed(repo)
    assert str(done).startswith(f"completed the update of {repo} that was interrupted")
    assert done.as_json()["from"] is None
