"""A repository of clusters from before the first release and a year of edits, brought on."""

import json
import shutil
from pathlib import Path

import pytest
import yaml

from blueprints.engine import lock
from blueprints.update.plan import Kind
from blueprints.update.result import Updated
from blueprints.update.update import Options, update
from tests.blueprints.update.early import later
from tests.blueprints.update.repositories import GIT, commit, edit, git, tree

FIXTURE = Path(__file__).parent / "fixtures" / "cluster-1"
PRODUCTION = "clusters/production"
KEPT = [
    (f"{PRODUCTION}/inference/cluster.yaml", "\n# moved in March, with the load balancer\napi:"),
    (f"{PRODUCTION}/services/cluster.yaml", "\n    count: 6  # the portal's summer\n"),
    (f"{PRODUCTION}/versions.yaml", "# frozen until January\nkubernetes: v1.32.9+rke2r1\n"),
    (
        "argocd/environments/production.yaml",
        "notifications.argoproj.io/subscribe.on-sync-failed.mattermost: clusters\n",
    ),
    (
        "tofu/root.hcl",
        "        # Our gateway has no bucket names in its certificate.\n        use_path_style ",
    ),
    (
        f"{PRODUCTION}/services/cluster/terragrunt.hcl",
        '# Owned by the portal team: ask before a plan.\ninclude "root" {\n',
    ),
    ("tofu/modules/cluster/groups.tf", "(agreed with the data protection officer)"),
    ("clusters/production-inference/notes.md", "Ask the network team"),
    ("clusters/production-inference/values/own-dashboard.yaml", "# Ours.\ntitle: Inference\n"),
    ("argocd/components/metallb/upstream.yaml", "cpu: 200m  # measured\n"),
    (
        "README.md",
        '800Gi memory, 4 GPUs"]:::four\n      b0l1n9["login, ours"]:::four\n    end\n',
    ),
    ("README.md", "\n## In an emergency\n\nCall Ada; the number hangs at the door.\n"),
]
"""Every edit, and where it has to be afterwards."""


def states(folder: Path) -> dict[str, dict[str, str]]:
    """The state keys of every cluster, wherever its folder is."""
    found = {}
    for file in folder.glob("clusters/**/cluster.yaml"):
        data = yaml.safe_load(file.read_text())
        found[data["name"]] = data["state"]
    return found


@pytest.fixture(scope="module")
def brought(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Updated]:
    """The fixture in Git, after the update; not to be changed."""
    folder = copied(tmp_path_factory.mktemp("cluster") / "repo")
    result = update(folder, Options(git=GIT, blueprint=later()))
    return folder, result


def copied(folder: Path) -> Path:
    shutil.copytree(FIXTURE, folder)
    git(folder, "init", "--quiet")
    commit(folder)
    return folder


def test_the_update_is_written_without_a_conflict(brought: tuple[Path, Updated]) -> None:
    _, result = brought
    assert (result.since, result.to) == (1, 2)
    assert (result.conflicts, result.written) == ((), True)


@pytest.mark.parametrize(("path", "text"), KEPT)
def test_every_edit_is_there_afterwards(
    brought: tuple[Path, Updated], path: str, text: str
) -> None:
    assert text in (brought[0] / path).read_text()


def test_what_was_deleted_stays_deleted_and_is_told(brought: tuple[Path, Updated]) -> None:
    folder, result = brought
    gone = "clusters/tds/services/values/cert-manager.yaml"
    assert not (folder / gone).exists()
    (told,) = [change for change in result.changes if change.kind is Kind.KEPT]
    assert (told.path, told.why) == (gone, "you deleted it; the new version changed it")


def test_what_was_renamed_keeps_its_new_name_and_gets_what_is_new(
    brought: tuple[Path, Updated],
) -> None:
    folder, _ = brought
    assert not (folder / "tofu/modules/cluster/owners.tf").exists()
    assert "metrics.k8s.io" in (folder / "tofu/modules/cluster/groups.tf").read_text()


def test_no_file_stays_in_its_old_place_but_those_of_the_user(
    brought: tuple[Path, Updated],
) -> None:
    folder, _ = brought
    old = ("versions/", "argocd/applicationsets/")
    assert [path for path in tree(folder) if path.startswith(old)] == []
    left = {path.name for path in (folder / "clusters/production-inference").rglob("*.*")}
    assert left == {"notes.md", "own-dashboard.yaml"}


def test_no_state_key_moves_with_its_folder_also_not_one_that_was_edited(
    brought: tuple[Path, Updated],
) -> None:
    before, after = states(FIXTURE), states(brought[0])
    assert after == before
    assert after["production-inference"]["registration"] == "legacy/inference-registration.tfstate"


def test_the_specification_says_it_in_todays_words_with_its_comments(
    brought: tuple[Path, Updated],
) -> None:
    text = (brought[0] / "spec.yaml").read_text()
    data = yaml.safe_load(text)
    assert data["version"] == 2
    assert [one["model"] for one in data["clusters"]] == ["hybrid", "virtual"]
    old = (FIXTURE / "spec.yaml").read_text()
    comments = [line.split("#", 1)[1] for line in old.splitlines() if "#" in line]
    assert [one for one in comments if one not in text] == []


def test_a_second_time_nothing_happens(brought: tuple[Path, Updated], tmp_path: Path) -> None:
    folder = tmp_path / "again"
    shutil.copytree(brought[0], folder)
    commit(folder)
    before = tree(folder)
    assert not update(folder, Options(git=GIT, blueprint=later())).written
    assert tree(folder) == before


def test_where_both_changed_the_same_it_is_told_with_its_line_and_nothing_is_written(
    tmp_path: Path,
) -> None:
    folder = copied(tmp_path / "repo")
    edit(folder, "clusters/production-inference/cluster.yaml", "title: Models", "title: LLMs")
    edit(folder, "spec.yaml", "title: Models", "title: Language models")
    commit(folder)
    before = tree(folder)
    result = update(folder, Options(git=GIT, blueprint=later()))
    assert result.exit_code == 3
    (told,) = result.conflicts
    assert (told.path, told.where) == (f"{PRODUCTION}/inference/cluster.yaml", "title")
    lines = (folder / "clusters/production-inference/cluster.yaml").read_text().splitlines()
    assert lines[told.line - 1].startswith("title: LLMs")
    assert tree(folder) == before


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("title: Models for everybody", "title: Other models"),
        ("count: 3, cpu: 8, memory: 32Gi", "count: 5, cpu: 16, memory: 64Gi"),
        ("domain: k8s.example.org", "domain: new.k8s.example.org"),
        ("bucket: tofu-state", "bucket: other-state"),
        ("- name: inference\n    t", "- name: inference\n    cni: {encryption: none}\n    t"),
    ],
)
def test_no_change_of_a_specification_moves_a_state_key(tmp_path: Path, old: str, new: str) -> None:
    folder = copied(tmp_path / "repo")
    edit(folder, "spec.yaml", old, new)
    commit(folder)
    assert update(folder, Options(git=GIT, blueprint=later())).written
    assert states(folder) == states(FIXTURE)


def test_the_fixture_is_of_the_first_version() -> None:
    data = json.loads((FIXTURE / lock.NAME).read_text())
    assert data["blueprint"] == {"name": "cluster", "version": 1}
