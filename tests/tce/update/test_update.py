"""A repository of an older version, with its people's edits, brought on; what differs; and what is
declared later reaches every device.
"""

from __future__ import annotations

import datetime as dt
import shutil
from pathlib import Path

import pytest
import yaml

from blueprints.emit.yaml import yaml_text
from blueprints.engine.diff import What, diff
from blueprints.update.result import Updated
from blueprints.update.update import Options, update
from tce.blueprint import BLUEPRINT
from tce.prove import kubernetes
from tce.prove.intent import read_intent
from tce.prove.prove import prove
from tce.prove.sources import Options as Asked
from tests.blueprints.update.repositories import GIT, commit, edit, git, rendered, tree
from tests.tce.intent.specifications import data
from tests.tce.update.early import NEW, OLD, early, later

TODAY = dt.datetime(2026, 11, 22, tzinfo=dt.UTC)
NOTE = "# Agreed with the data protection officer in March.\n"


def holds(folder: Path) -> bool:
    """The whole proof."""
    return prove(folder, Asked(), TODAY, lambda _: None).holds


def broken(folder: Path) -> set[str]:
    """Files that the proof of policies names."""
    text = (folder / "spec.yaml").read_text()
    source = {path: content for path, (content, _) in tree(folder).items()}
    named = {path: raw for path, raw in source.items() if not path.startswith(".tutela")}
    intent = read_intent(text, "spec.yaml", TODAY.date())
    return {one.file for one in kubernetes.prove(named, yaml.safe_load(text), intent).findings}


@pytest.fixture(scope="module")
def old(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A repository of version 1 in Git, edited as people do."""
    folder = tmp_path_factory.mktemp("tce") / "repository"
    said = {"openings" if key == "flows" else key: value for key, value in data().items()}
    rendered(folder, early(), yaml_text([said]).decode())
    git(folder, "init", "--quiet", "--initial-branch=main")
    commit(folder, "render")
    edit(folder, OLD, "metadata:\n  name: tce-dns\n", f"metadata:\n{NOTE}  name: tce-dns\n")
    edit(folder, "README.md", "## Every day\n", "## In an emergency\n\nCall Ada.\n\n## Every day\n")
    edit(folder, "k8s/sandboxes/genomics/quota.yaml", 'pods: "50"', 'pods: "80"')
    (folder / "notes.md").write_text("Ask the network team before noon.\n")
    commit(folder, "a year of edits")
    return folder


@pytest.fixture(scope="module")
def brought(old: Path, tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Updated]:
    """The same after the update; not to be changed."""
    folder = tmp_path_factory.mktemp("tce") / "brought"
    shutil.copytree(old, folder)
    return folder, update(folder, Options(git=GIT, blueprint=later()))


def test_the_update_is_written_without_a_conflict(brought: tuple[Path, Updated]) -> None:
    _, result = brought
    assert (result.since, result.to) == (1, 2)
    assert (result.conflicts, result.written) == ((), True)


def test_edits_stay_also_where_the_file_moved(brought: tuple[Path, Updated]) -> None:
    folder, _ = brought
    assert not (folder / OLD).exists()
    text = (folder / NEW).read_text()
    assert NOTE.strip() in text
    assert text.count("enableDefaultDeny") == 5, "what is new came too"
    assert "Call Ada." in (folder / "README.md").read_text()
    assert 'pods: "80"' in (folder / "k8s/sandboxes/genomics/quota.yaml").read_text()
    assert (folder / "notes.md").exists()
    assert (folder / "evidence/assumptions.yaml").exists()


def test_the_specification_says_it_in_todays_words(brought: tuple[Path, Updated]) -> None:
    said = yaml.safe_load((brought[0] / "spec.yaml").read_text())
    assert said["version"] == 2
    assert "openings" not in said
    assert [one["name"] for one in said["flows"]] == [one["name"] for one in data()["flows"]]


def test_what_people_edited_is_told_and_nothing_is_pending(brought: tuple[Path, Updated]) -> None:
    compared = diff(brought[0], blueprint=later())
    edited = {one.path: one.what for one in compared.edited}
    assert edited.keys() == {NEW, "README.md", "k8s/sandboxes/genomics/quota.yaml"}
    assert set(edited.values()) == {What.CHANGED}
    assert compared.pending == ()


def test_a_second_time_nothing_happens(brought: tuple[Path, Updated], tmp_path: Path) -> None:
    folder = tmp_path / "again"
    shutil.copytree(brought[0], folder)
    commit(folder)
    before = tree(folder)
    assert not update(folder, Options(git=GIT, blueprint=later())).written
    assert tree(folder) == before


def test_a_flow_more_reaches_every_device_and_the_proof_holds(tmp_path: Path) -> None:
    folder = tmp_path / "repository"
    rendered(folder, BLUEPRINT, yaml_text([data()]).decode())
    git(folder, "init", "--quiet", "--initial-branch=main")
    commit(folder, "render")
    flow = {
        "name": "registry-of-variants",
        "from": {"zone": "tce"},
        "to": {"zone": "internet", "networks": ["203.0.113.90/32"]},
        "protocol": "tcp",
        "ports": [443],
        "why": "a public registry of variants",
        "owner": "Dr. Muster, clinical genomics",
        "expires": "2027-03-31",
    }
    said = data({"flows/+": flow, "sandboxes/0/workloads/0/reaches/+": flow["name"]})
    (folder / "spec.yaml").write_bytes(yaml_text([said]))
    pending = {one.path for one in diff(folder).pending}
    commit(folder, "a flow more")
    assert update(folder, Options(git=GIT)).written
    devices = {one for one in pending if one.startswith(("network/perimeter", "network/switches"))}
    assert len(devices) == 4
    assert NEW in pending
    assert "k8s/sandboxes/genomics/policies/notebook.yaml" in pending
    assert all("203.0.113.90" in (folder / one).read_text() for one in devices)
    assert holds(folder)


def test_an_edit_that_opens_something_is_drift_and_the_proof_names_it(tmp_path: Path) -> None:
    folder = tmp_path / "repository"
    rendered(folder, BLUEPRINT, yaml_text([data()]).decode())
    file = "k8s/sandboxes/inference/policies/vllm.yaml"
    edit(folder, file, "k8s:app.kubernetes.io/name: litellm", "k8s:app.kubernetes.io/name: other")
    assert [one.path for one in diff(folder).edited] == [file]
    assert broken(folder) == {file}
