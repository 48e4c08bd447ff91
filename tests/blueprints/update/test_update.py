"""Updates of real Git repositories over five versions of a blueprint."""

import datetime as dt
from dataclasses import replace
from pathlib import Path

import pytest

from blueprints.update.plan import Kind
from blueprints.update.update import Options, RefusedError, update
from blueprints.yamltext import InvalidFileError
from tests.blueprints.update.five import SPEC, version
from tests.blueprints.update.repositories import (
    commit,
    edit,
    git,
    rendered,
    repository,
    tree,
    updated,
)


@pytest.fixture
def repo(tmp_path: Path) -> Path:
    return repository(tmp_path / "repo")


def fresh(tmp_path: Path, repo: Path, number: int) -> dict[str, tuple[bytes, bool]]:
    """A render of the repository's own specification, elsewhere."""
    text = (repo / "spec.yaml").read_text()
    return tree(rendered(tmp_path / f"fresh-{number}", version(number), text))


class TestWithoutEdits:
    def test_an_update_to_the_same_version_changes_no_byte(self, repo: Path) -> None:
        before = tree(repo)
        result = updated(repo, 1)
        assert (result.changes, result.records, result.written) == ((), (), False)
        assert tree(repo) == before
        assert git(repo, "status", "--porcelain") == ""

    @pytest.mark.parametrize("to", [2, 3, 4, 5])
    def test_the_result_is_a_fresh_render(self, tmp_path: Path, repo: Path, to: int) -> None:
        assert updated(repo, to).exit_code == 0
        assert tree(repo) == fresh(tmp_path, repo, to)

    def test_one_version_after_the_other_ends_as_all_at_once(
        self, tmp_path: Path, repo: Path
    ) -> None:
        other = repository(tmp_path / "other")
        for number in (2, 3, 4, 5):
            updated(repo, number)
            commit(repo)
        updated(other, 5)
        assert tree(repo) == tree(other)

    def test_the_specification_keeps_its_comments_in_new_words(self, repo: Path) -> None:
        updated(repo, 5)
        expected = SPEC.replace("version: 1", "version: 5").replace("size:", "replicas:")
        assert (repo / "spec.yaml").read_text() == expected


class TestEdits:
    def test_edits_survive_five_versions(self, tmp_path: Path, repo: Path) -> None:
        edit(repo, "config/app.yaml", "  replicas: 2", "  replicas: 7  # measured in May")
        edit(
            repo,
            "config/app.yaml",
            "        env:\n",
            "        # ours\n        env:\n        - name: OURS\n          value: x\n",
        )
        edit(repo, "README.md", "Nothing yet.", "Ask Ada before touching this.")
        edit(repo, "scripts/run.sh", "exec server", "exec server --ours")
        edit(repo, "values.yaml", "size: 1", "size: 99")
        (repo / "own.yaml").write_text("mine: true\n")
        commit(repo)
        assert updated(repo, 2).exit_code == 0
        commit(repo)
        edit(repo, "config/service.yaml", "  name: web", "  name: web\n  annotations:\n    a: b")
        edit(repo, "config/app.yaml", "- --level=2", "- --level=2\n        - --ours")
        commit(repo)
        for number in (3, 4, 5):
            result = updated(repo, number)
            assert result.exit_code == 0, str(result)
            commit(repo)
        app = (repo / "deploy/app.yaml").read_text()
        for line in (
            "  replicas: 7  # measured in May\n",
            "        # ours\n        env:\n        - name: OURS\n          value: x\n",
            "        - --level=5\n        - --ours\n",
            "        - name: ZONE\n          value: a\n",
            "      - name: log\n",
            "# Rendered by five 5.\n",
            "      # not as root\n",
            "    zone: a\n",
        ):
            assert line in app, line
        assert "  annotations:\n    a: b\n" in (repo / "deploy/service.yaml").read_text()
        assert "name: web-metrics" in (repo / "deploy/service.yaml").read_text()
        readme = (repo / "README.md").read_text()
        assert "Ask Ada before touching this." in readme
        assert "Run `bin/start`." in readme
        start = (repo / "bin/start").read_text()
        assert "echo starting\necho version 5\n\nexec server --ours\n" in start
        assert (repo / "bin/start").stat().st_mode & 0o100
        assert (repo / "values.yaml").read_text() == "size: 99\n"
        assert (repo / "own.yaml").read_text() == "mine: true\n"
        assert not (repo / "config").exists()
        assert not (repo / "scripts").exists()

    def test_an_edited_specification_is_rendered_and_edits_stay(self, repo: Path) -> None:
        edit(repo, "config/app.yaml", "value: plain", "value: fancy")
        edit(repo, "spec.yaml", "size: 2", "size: 3")
        commit(repo)
        updated(repo, 1)
        app = (repo / "config/app.yaml").read_text()
        assert "replicas: 3" in app
        assert "value: fancy" in app

    def test_another_specification_takes_the_place_of_the_first(
        self, tmp_path: Path, repo: Path
    ) -> None:
        other = tmp_path / "other.yaml"
        other.write_text(SPEC.replace("web", "api"))
        result = updated(repo, 1, to=other)
        assert result.exit_code == 0
        assert tree(repo) == tree(rendered(tmp_path / "f", version(1), other.read_text()))


class TestDeletedFiles:
    def test_a_file_that_the_user_deleted_stays_deleted(self, repo: Path) -> None:
        (repo / "config/extra.yaml").unlink()
        (repo / "config/app.yaml").unlink()
        commit(repo)
        for number in (2, 3, 4, 5):
            result = updated(repo, number)
            assert result.exit_code == 0
            told = {one.path: one.why for one in result.changes if one.kind is Kind.KEPT}
            assert "you deleted it" in told["config/app.yaml" if number < 3 else "deploy/app.yaml"]
            commit(repo)
        assert not (repo / "deploy/app.yaml").exists()
        assert not (repo / "deploy/extra.yaml").exists()

    def test_a_file_that_the_new_version_drops_goes(self, repo: Path) -> None:
        updated(repo, 4)
        assert not (repo / "deploy/quota.yaml").exists()
        assert not (repo / "config").exists()

    def test_one_that_the_user_edited_is_a_conflict(self, repo: Path) -> None:
        edit(repo, "config/quota.yaml", "pods: 1", "pods: 50")
        commit(repo)
        before = tree(repo)
        result = updated(repo, 4)
        assert result.exit_code == 3
        assert [one.path for one in result.conflicts] == ["config/quota.yaml"]
        assert tree(repo) == before


class TestRenamedFiles:
    def test_a_file_that_the_user_renamed_is_updated_where_it_is(self, repo: Path) -> None:
        git(repo, "mv", "config/app.yaml", "config/web.yaml")
        commit(repo)
        result = updated(repo, 2)
        assert result.exit_code == 0
        assert "--level=2" in (repo / "config/web.yaml").read_text()
        assert not (repo / "config/app.yaml").exists()
        assert "you renamed config/app.yaml" in str(result)

    def test_one_that_was_also_edited_too(self, repo: Path) -> None:
        git(repo, "mv", "config/app.yaml", "config/web.yaml")
        edit(repo, "config/web.yaml", "replicas: 2", "replicas: 4")
        commit(repo)
        for number in (2, 3, 4, 5):
            assert updated(repo, number).exit_code == 0
            commit(repo)
        app = (repo / "config/web.yaml").read_text()
        assert "replicas: 4" in app
        assert "--level=5" in app
        assert not (repo / "deploy/app.yaml").exists()

    def test_a_file_of_the_users_where_one_moves_is_a_conflict(self, repo: Path) -> None:
        (repo / "deploy").mkdir()
        (repo / "deploy/app.yaml").write_text("mine: true\n")
        commit(repo)
        before = tree(repo)
        result = updated(repo, 3)
        assert result.exit_code == 3
        assert [one.path for one in result.conflicts] == ["deploy/app.yaml"]
        assert tree(repo) == before


class TestConflicts:
    def test_a_conflict_writes_nothing_and_is_listed(self, repo: Path) -> None:
        edit(repo, "scripts/run.sh", "echo starting\n", "echo starting\necho version ours\n")
        commit(repo)
        edit(repo, "config/app.yaml", "image: registry.example.org/web:1", "image: ours:1")
        edit(repo, "spec.yaml", "web:1", "web:2")
        commit(repo)
        before = tree(repo)
        result = updated(repo, 2)
        assert result.exit_code == 3
        assert {one.path for one in result.conflicts} == {"config/app.yaml", "scripts/run.sh"}
        place = next(one for one in result.conflicts if one.path == "config/app.yaml")
        assert place.where == "spec.template.spec.containers[main].image"
        assert (repo / place.path).read_text().splitlines()[place.line - 1].endswith("ours:1")
        assert tree(repo) == before
        assert git(repo, "status", "--porcelain") == ""

    def test_markers_are_written_where_asked(self, repo: Path) -> None:
        edit(repo, "config/app.yaml", "image: registry.example.org/web:1", "image: ours:1")
        edit(repo, "spec.yaml", "web:1", "web:2")
        commit(repo)
        result = updated(repo, 2, markers=True)
        assert (result.exit_code, result.written) == (3, True)
        assert (
            "<<<<<<< yours\n        image: ours:1\n||||||| five 1\n"
            "        image: registry.example.org/web:1\n=======\n"
            "        image: registry.example.org/web:2\n>>>>>>> five 2\n"
        ) in (repo / "config/app.yaml").read_text()
        edit(repo, "config/app.yaml", "value: plain", "value: z")
        commit(repo)
        assert [one.reason for one in updated(repo, 3).conflicts] == [
            "still has conflict markers in it"
        ]

    def test_a_file_of_the_users_where_a_new_one_comes_is_a_conflict(self, repo: Path) -> None:
        (repo / "deploy").mkdir()
        (repo / "deploy/network.yaml").write_text("kind: Mine\n")
        commit(repo)
        assert [one.path for one in updated(repo, 3).conflicts] == ["deploy/network.yaml"]

    def test_unless_it_is_the_same(self, repo: Path) -> None:
        (repo / "deploy").mkdir()
        (repo / "deploy/network.yaml").write_text("kind: NetworkPolicy\nspec: {}\n")
        commit(repo)
        assert updated(repo, 3).exit_code == 0

    def test_what_is_not_text_is_taken_whole_or_not_at_all(self, repo: Path) -> None:
        (repo / "logo.bin").write_bytes(b"\0ours")
        commit(repo)
        assert updated(repo, 3).exit_code == 0
        commit(repo)
        assert [one.path for one in updated(repo, 4).conflicts] == ["logo.bin"]

    def test_a_folder_where_a_file_comes_is_a_conflict(self, repo: Path) -> None:
        (repo / "deploy/network.yaml").mkdir(parents=True)
        (repo / "deploy/network.yaml/mine").write_text("x\n")
        commit(repo)
        assert [one.path for one in updated(repo, 3).conflicts] == ["deploy/network.yaml"]


class TestOverlay:
    @pytest.fixture
    def house(self, tmp_path: Path) -> Path:
        files = tmp_path / "house/{{cookiecutter.folder}}"
        files.mkdir(parents=True)
        (tmp_path / "house/cookiecutter.json").write_text('{"folder": "x"}')
        (files / "LEGAL.md").write_text("Of the house.\n")
        return tmp_path / "house"

    def test_one_is_laid_over_and_stays_there(self, repo: Path, house: Path) -> None:
        updated(repo, 1, overlay=house)
        assert (repo / "LEGAL.md").read_text() == "Of the house.\n"
        edit(repo, "LEGAL.md", "house", "whole house")
        commit(repo)
        (house / "{{cookiecutter.folder}}/LEGAL.md").write_text("gone since\n")
        assert updated(repo, 3).exit_code == 0
        assert (repo / "LEGAL.md").read_text() == "Of the whole house.\n"

    def test_another_takes_its_place(self, repo: Path, house: Path) -> None:
        updated(repo, 1, overlay=house)
        commit(repo)
        (house / "{{cookiecutter.folder}}/LEGAL.md").write_text("Of the new house.\n")
        updated(repo, 1, overlay=house)
        assert (repo / "LEGAL.md").read_text() == "Of the new house.\n"


class TestDryRun:
    def test_it_shows_the_result_and_writes_nothing(self, repo: Path) -> None:
        edit(repo, "README.md", "Nothing yet.", "Something.")
        commit(repo)
        before = tree(repo)
        result = updated(repo, 3, dry_run=True)
        assert tree(repo) == before
        assert not result.written
        text = str(result)
        assert "+This repository deploys web by ArgoCD." in text
        assert "config/app.yaml -> deploy/app.yaml" in text
        assert text.endswith("Nothing was written.")
        data = result.as_json()
        assert data["schema"] == "tutela/update/v1"
        assert (data["from"], data["to"], data["dry_run"]) == (1, 3, True)

    def test_it_says_what_the_update_then_does(self, repo: Path) -> None:
        edit(repo, "README.md", "Nothing yet.", "Something.")
        commit(repo)
        said = updated(repo, 5, dry_run=True)
        done = updated(repo, 5)
        assert said.changes == done.changes
        assert tree(repo).keys() >= {one.path for one in said.changes if one.after is not None}


class TestRefused:
    def test_without_a_lock(self, tmp_path: Path) -> None:
        (tmp_path / "empty").mkdir()
        with pytest.raises(RefusedError, match="no blueprint rendered it"):
            updated(tmp_path / "empty", 1)

    def test_a_newer_blueprint_than_is_installed(self, tmp_path: Path) -> None:
        repo = repository(tmp_path / "r", 3, SPEC)
        edit(
            repo, "spec.yaml", "version: 3" if "version: 3" in SPEC else "version: 1", "version: 2"
        )
        commit(repo)
        with pytest.raises(RefusedError, match=r"rendered by version 3.*installed is 2"):
            updated(repo, 2)

    @pytest.mark.parametrize("what", ["edited", "staged", "deleted", "untracked"])
    def test_changes_that_git_does_not_have(self, repo: Path, what: str) -> None:
        if what == "deleted":
            (repo / "README.md").unlink()
        elif what == "untracked":
            git(repo, "rm", "--quiet", "--cached", "README.md")
            git(repo, "commit", "--quiet", "-m", "forgotten")
        else:
            edit(repo, "README.md", "Nothing yet.", "Something.")
        if what == "staged":
            git(repo, "add", "README.md")
            git(repo, "restore", "--source=HEAD", "--worktree", "README.md")
        before = tree(repo)
        with pytest.raises(RefusedError, match=r"README\.md"):
            updated(repo, 3)
        assert tree(repo) == before
        assert updated(repo, 3, dry_run=True).changes
        assert updated(repo, 3, allow_dirty=True).written

    def test_a_link_on_the_way_of_a_file(self, tmp_path: Path, repo: Path) -> None:
        outside = tmp_path / "outside"
        (repo / "config").rename(outside)
        (repo / "config").symlink_to(outside)
        commit(repo)
        before = tree(outside)
        with pytest.raises(Exception, match="is a symbolic link"):
            updated(repo, 3)
        assert tree(outside) == before

    def test_a_file_that_became_a_link_is_never_written_through(
        self, tmp_path: Path, repo: Path
    ) -> None:
        outside = tmp_path / "outside"
        outside.write_text("theirs\n")
        (repo / "config/app.yaml").unlink()
        (repo / "config/app.yaml").symlink_to(outside)
        commit(repo)
        assert updated(repo, 2).exit_code == 3
        assert updated(repo, 2, markers=True).exit_code == 3
        assert outside.read_text() == "theirs\n"

    @pytest.mark.parametrize("place", ["/etc/passwd", "../spec.yaml", ".git/config"])
    def test_a_lock_that_points_out_of_the_repository(self, repo: Path, place: str) -> None:
        edit(repo, "tutela.lock", '"file": "spec.yaml"', f'"file": "{place}"')
        commit(repo)
        with pytest.raises(Exception, match=r"a file cannot be called|damaged"):
            updated(repo, 2)

    def test_a_base_that_is_not_the_locks(self, repo: Path) -> None:
        for pack in (repo / ".tutela-base").rglob("*.jsonl"):
            pack.write_text(pack.read_text().replace("replicas", "republics"))
        commit(repo)
        with pytest.raises(Exception, match=r"\.tutela-base is damaged"):
            updated(repo, 2)


def test_what_is_over_is_not_rendered_again(repo: Path) -> None:
    def dated(model: object, today: dt.date) -> list[tuple[tuple[str | int, ...], str]]:
        return [(("name",), "is over")] if today.year > 2026 else []

    blueprint = replace(version(2), dated=dated)
    before = tree(repo)
    with pytest.raises(InvalidFileError, match=r"spec\.yaml:\d+:\d+: name: is over"):
        update(repo, Options(blueprint=blueprint, today=dt.date(2027, 1, 1)))
    assert tree(repo) == before
    assert update(repo, Options(blueprint=blueprint, today=dt.date(2026, 12, 31))).written
