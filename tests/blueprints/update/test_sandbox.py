"""The sandbox blueprint itself: what its users do to it, and another specification."""

from pathlib import Path

import pytest

from blueprints.engine import registry, render, spec
from blueprints.engine.stage import publish
from blueprints.update.update import Options, update
from tests.blueprints.update.repositories import GIT, commit, git, tree

EXAMPLE = (registry.named("sandbox").folder / "examples" / "sandbox.yaml").read_text()


def rendered(folder: Path, text: str) -> Path:
    publish(render.repository(spec.parse(text.encode(), "spec.yaml")), folder)
    return folder


@pytest.fixture
def repo(tmp_path: Path) -> Path:
    folder = rendered(tmp_path / "repo", EXAMPLE)
    git(folder, "init", "--quiet")
    commit(folder)
    return folder


def test_nothing_changes_without_a_change(repo: Path) -> None:
    before = tree(repo)
    assert not update(repo, Options(git=GIT)).written
    assert tree(repo) == before


def test_without_edits_another_specification_gives_its_own_render(
    tmp_path: Path, repo: Path
) -> None:
    head, _, projects = EXAMPLE.partition("\nprojects:\n")
    one = projects.partition("\n\n")[0]
    other = tmp_path / "other.yaml"
    other.write_text(f"{head.replace('example.org', 'example.net')}\nprojects:\n{one}\n")
    result = update(repo, Options(to=other, git=GIT))
    assert (result.exit_code, result.written) == (0, True)
    assert tree(repo) == tree(rendered(tmp_path / "fresh", other.read_text()))
    assert not (repo / "projects/assistants").exists()


def test_edits_of_manifests_survive_a_change_of_quotas_and_domain(repo: Path) -> None:
    quota = repo / "projects/climate/tenancy/quota.yaml"
    before = quota.read_text()
    assert "\nmetadata:\n" in before
    mine = "\nmetadata:  # agreed with the centre\n"
    quota.write_text("# ours\n" + before.replace("\nmetadata:\n", mine, 1))
    (repo / "spec.yaml").write_text(EXAMPLE.replace('cpu: "64"', 'cpu: "96"'))
    commit(repo)
    assert update(repo, Options(git=GIT)).exit_code == 0
    after = quota.read_text()
    assert after.startswith("# ours\n")
    assert mine in after
    changed = after.removeprefix("# ours\n").replace(mine, "\nmetadata:\n", 1)
    assert changed != before
    assert (
        changed
        == tree(rendered(repo.parent / "fresh", (repo / "spec.yaml").read_text()))[
            "projects/climate/tenancy/quota.yaml"
        ][0].decode()
    )
