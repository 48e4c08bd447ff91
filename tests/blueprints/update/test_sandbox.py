"""The sandbox blueprint itself: what its users do to it, and another specification."""

import io
from pathlib import Path

import pytest
from ruamel.yaml import YAML

from blueprints.engine import registry, render, spec
from blueprints.engine.stage import publish
from blueprints.update.merge_yaml import merge_yaml
from blueprints.update.merged import Labels
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


def test_manifests_that_were_written_anew_in_another_form_merge_as_if_they_were_not() -> None:
    """By ruamel.yaml's round trip: other indents, quotes, line lengths, everywhere."""
    changed = EXAMPLE.replace("example.org", "example.net").replace('cpu: "', 'cpu: "1')
    old, new = (
        {file.path: file.content.decode() for file in render.render(one.blueprint, one.model)}
        for one in (spec.parse(text.encode(), "spec.yaml") for text in (EXAMPLE, changed))
    )
    files = [path for path in old if path.endswith(".yaml") and old[path] != new[path]]
    assert len(files) > 30
    for path in files[::2]:
        user = written_anew(old[path])
        assert user != old[path]
        for sides in ((old[path], new[path], user), (user, new[path], old[path])):
            merged = merge_yaml(path, *sides, Labels())
            assert merged.conflicts == ()
            assert said(merged.content.decode()) == said(new[path]), path


def written_anew(text: str) -> str:
    yaml, out = YAML(), io.StringIO()
    yaml.indent(mapping=4, sequence=6, offset=3)
    yaml.width = 60
    yaml.dump_all(list(yaml.load_all(text)), out)
    return out.getvalue()


def said(text: str) -> list[object]:
    return list(YAML(typ="safe", pure=True).load_all(text))
