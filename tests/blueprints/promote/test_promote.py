"""Promotions of whole repositories, and what stops them."""

import os
import signal
from pathlib import Path

import pytest

from blueprints.engine.blueprint import Blueprint, File
from blueprints.promote.promote import Asked, promote
from blueprints.update.tree import STAGE
from blueprints.update.update import Options, RefusedError
from blueprints.yamlfile import InvalidFileError
from tests.blueprints.promote.staged import (
    SPEC,
    blueprint,
    documents,
    promoted,
    rendered,
)
from tests.blueprints.update.repositories import GIT, commit, edit, git, tree

OWN = {"spec.yaml", "tutela.lock", ".tutela-base/render/stages.jsonl"}


@pytest.fixture
def repo(tmp_path: Path) -> Path:
    return rendered(tmp_path / "repo")


def changed(before: dict[str, object], folder: Path) -> set[str]:
    after = tree(folder)
    return {path for path in before.keys() | after.keys() if before.get(path) != after.get(path)}


def refused(folder: Path, to: str, says: str, of: Blueprint | None = None, **how: object) -> None:
    before = tree(folder)
    with pytest.raises(RefusedError, match=says):
        promoted(folder, to, of, **how)
    assert tree(folder) == before


class TestWhatItDoes:
    def test_one_file_of_versions_changes_and_nothing_else(self, repo: Path) -> None:
        before = tree(repo)
        result = promoted(repo, "stage")
        assert changed({**before}, repo) == {*OWN, "stages/stage.yaml"}
        said = [(one.name, one.before, one.after) for one in result.wanted.copied]
        assert said == [
            ("kernel", "v1.32.9+rke2r2", "v1.33.5+rke2r1"),
            ("parts.db", None, "2.0.0"),
            ("parts.web", "1.3.0", "1.4.0"),
        ]
        assert result.wanted.staying == ("parts.cache",)
        assert result.touched == ("web",)

    def test_the_specification_keeps_every_other_byte(self, repo: Path) -> None:
        promoted(repo, "stage")
        head, tail = SPEC.split("  stage:\n")
        stage, live = tail.split("  live:\n")
        stage = stage.replace("v1.32.9+rke2r2", "v1.33.5+rke2r1").replace(
            "web: 1.3.0", "web: 1.4.0"
        )
        expected = f"{head}  stage:\n{stage}        db: 2.0.0\n  live:\n{live}"
        assert (repo / "spec.yaml").read_text() == expected

    def test_flow_mappings_and_quotes_stay_what_they_are(self, repo: Path) -> None:
        promoted(repo, "stage")
        promoted(repo, "live")
        live = (repo / "spec.yaml").read_text().split("  live:\n")[1]
        assert live == (
            '    versions:\n      kernel: "v1.33.5+rke2r1"\n'
            "      parts: { web: 1.4.0, cache: 0.9.0, db: 2.0.0 }\n"
        )

    def test_it_is_the_render_of_the_new_specification(self, tmp_path: Path, repo: Path) -> None:
        promoted(repo, "stage")
        text = (repo / "spec.yaml").read_text()
        assert tree(repo) == tree(rendered(tmp_path / "fresh", text))

    def test_with_only_the_rest_is_left_and_told(self, repo: Path) -> None:
        result = promoted(repo, "stage", only=("parts.web",))
        assert [one.name for one in result.wanted.copied] == ["parts.web"]
        assert result.wanted.left == ("kernel", "parts.db")
        again = promoted(repo, "stage", only=("parts.web",))
        assert again.updated is None
        assert again.wanted.left == ("kernel", "parts.db")

    def test_comments_and_edits_in_the_rendered_files_stay(self, repo: Path) -> None:
        edit(repo, "stages/stage.yaml", "kernel:", "# frozen over Christmas\nkernel:")
        edit(repo, "main.tf", "locals", "# ours\nlocals")
        assert promoted(repo, "stage").exit_code == 0
        text = (repo / "stages/stage.yaml").read_text()
        assert "# frozen over Christmas\nkernel: v1.33.5+rke2r1\n" in text
        assert (repo / "main.tf").read_text().startswith("# ours\n")

    def test_a_version_that_somebody_edited_there_is_a_conflict(self, repo: Path) -> None:
        edit(repo, "stages/stage.yaml", "v1.32.9+rke2r2", "v1.32.8+rke2r1")
        before = tree(repo)
        result = promoted(repo, "stage")
        assert result.exit_code == 3
        assert [one.where for one in result.updated.conflicts] == ["kernel"]  # type: ignore[union-attr]
        assert tree(repo) == before

    def test_without_a_difference_nothing_is_written(self, repo: Path) -> None:
        promoted(repo, "stage")
        before = tree(repo)
        again = promoted(repo, "stage")
        assert (again.updated, again.exit_code) == (None, 0)
        assert tree(repo) == before

    def test_a_dry_run_says_the_same_and_writes_nothing(self, repo: Path) -> None:
        before = tree(repo)
        dry = promoted(repo, "stage", dry_run=True)
        assert tree(repo) == before
        assert dry.wanted == promoted(repo, "stage").wanted


class TestWhatIsRefused:
    def test_anything_else_that_would_change_with_it(self, tmp_path: Path) -> None:
        def leaking(of: object) -> list[File]:
            newest = max(one.versions.kernel for one in of.stages.values())  # type: ignore[attr-defined]
            lowest = min(one.versions.kernel for one in of.stages.values())  # type: ignore[attr-defined]
            text = f'locals {{\n  newest = "{newest}"\n  lowest = "{lowest}"\n}}\n'
            rest = [file for file in documents(of) if file.path != "main.tf"]  # type: ignore[arg-type]
            return [*rest, File("main.tf", text.encode())]

        odd = blueprint(1, leaking)  # type: ignore[arg-type]
        text = SPEC.replace('"v1.32.9+rke2r2"', "v1.33.5+rke2r1")
        repo = rendered(tmp_path / "odd", text, odd)
        refused(repo, "stage", "more than versions would change: main.tf: locals.*lowest", of=odd)

    def test_a_newer_blueprint_than_the_repository_was_rendered_by(self, repo: Path) -> None:
        newer = blueprint(2)
        with pytest.raises(RefusedError, match=r"rendered by version 1.*2 is installed") as told:
            promoted(repo, "stage", newer)
        assert told.value.__notes__ == [f"tutela blueprint update {repo}"]

    def test_a_specification_that_was_changed_without_an_update(self, repo: Path) -> None:
        edit(repo, "spec.yaml", "name: web ", "name: shop ")
        refused(repo, "stage", "not what its specification renders now: README.md")

    def test_also_where_there_would_be_nothing_to_promote(self, repo: Path) -> None:
        promoted(repo, "stage")
        edit(repo, "spec.yaml", "name: web ", "name: shop ")
        refused(repo, "stage", "not what its specification renders now")

    def test_a_comment_in_the_specification_is_no_change(self, repo: Path) -> None:
        edit(repo, "spec.yaml", "# Ours.", "# Ours and yours.")
        assert promoted(repo, "stage").exit_code == 0
        assert (repo / "spec.yaml").read_text().startswith("# Ours and yours.\n")

    def test_an_earlier_stage_that_runs_something_else_than_it_says(self, repo: Path) -> None:
        edit(repo, "stages/test.yaml", "1.4.0", "1.4.1")
        refused(repo, "stage", r"test was edited by hand: stages/test.yaml: parts.web is 1.4.1")

    def test_a_step_back_unless_it_is_asked_for(self, repo: Path) -> None:
        old = SPEC.replace("'1.4.0'", "'1.2.0'")
        repo = rendered(repo.parent / "older", old)
        refused(repo, "stage", r"stage runs something newer: parts.web 1.3.0 -> 1.2.0")
        result = promoted(repo, "stage", allow_downgrade=True)
        assert result.behind == ("live", "stage", ("parts.web",))

    def test_what_the_blueprint_objects_to_whatever_is_asked(self, tmp_path: Path) -> None:
        far = SPEC.replace("v1.33.5+rke2r1", "v1.35.0+rke2r1")
        repo = rendered(tmp_path / "far", far)
        refused(repo, "stage", "one minor version at a time", allow_downgrade=True)
        assert promoted(repo, "stage", only=("parts.web",)).exit_code == 0

    def test_a_stage_that_would_be_passed_over(self, repo: Path) -> None:
        refused(repo, "live", "live gets what stage runs: test would pass over", source="test")

    def test_a_name_that_the_earlier_stage_does_not_have(self, repo: Path) -> None:
        refused(
            repo, "stage", 'test has no parts.wep; did you mean "parts.web"', only=("parts.wep",)
        )

    def test_a_blueprint_without_stages(self, tmp_path: Path) -> None:
        from dataclasses import replace

        without = replace(blueprint(), promotion=None)
        repo = rendered(tmp_path / "without", of=without)
        refused(repo, "stage", "has no environments to promote between", of=without)

    def test_a_place_that_cannot_be_changed_for_itself(self, tmp_path: Path) -> None:
        folded = SPEC.replace("web: 1.3.0\n\n", "web: >-\n          1.3.0\n\n")
        repo = rendered(tmp_path / "folded", folded)
        refused(
            repo, "stage", "cannot change .*: stages.stage.versions.parts.web is no text on a line"
        )

    def test_what_git_does_not_have_yet(self, repo: Path) -> None:
        git(repo, "init", "--quiet")
        commit(repo)
        edit(repo, "README.md", "# web", "# shop")
        refused(repo, "stage", "uncommitted changes: README.md")
        commit(repo)
        assert promoted(repo, "stage").updated.written  # type: ignore[union-attr]

    def test_a_specification_that_would_be_wrong_afterwards(self, tmp_path: Path) -> None:
        from pydantic import model_validator

        from tests.blueprints.promote.staged import Spec

        class Strict(Spec):
            @model_validator(mode="after")
            def _fits(self) -> "Strict":
                if "db" in self.stages["stage"].versions.parts:
                    raise ValueError("stage has no db")
                return self

        from dataclasses import replace

        strict = replace(blueprint(), spec=Strict)
        repo = rendered(tmp_path / "strict", of=strict)
        before = tree(repo)
        with pytest.raises(InvalidFileError, match="stage has no db"):
            promoted(repo, "stage", strict)
        assert tree(repo) == before


def test_killed_before_any_step_it_never_began_or_is_completed_by_the_next(tmp_path: Path) -> None:
    steps: list[str] = []
    done = rendered(tmp_path / "done")
    options = Options(git=GIT, blueprint=blueprint())
    before = tree(done)
    promote(done, Asked("stage"), options, steps.append)
    after = tree(done)
    decided = steps.index("decide")
    for number in range(len(steps)):
        folder = rendered(tmp_path / str(number))
        _killed_at(folder, options, number)
        if number <= decided:
            assert {path: one for path, one in tree(folder).items() if STAGE not in path} == before
        result = promote(folder, Asked("stage"), options)
        assert result.updated is None or result.updated.written
        assert tree(folder) == after, steps[number]


def _killed_at(folder: Path, options: Options, number: int) -> None:
    child = os.fork()
    if child == 0:
        left = [number]

        def step(_: str) -> None:
            if left[0] == 0:
                os.kill(os.getpid(), signal.SIGKILL)
            left[0] -= 1

        try:
            promote(folder, Asked("stage"), options, step)
        finally:
            os._exit(0)
    _, status = os.waitpid(child, 0)
    assert os.WIFSIGNALED(status)
