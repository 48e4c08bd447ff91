"""tutela evidence read, on real files."""

import json
import os
from pathlib import Path

import pytest

from governance.errors import GovernanceError
from governance.evidence.read import NoSuchSourceError, Read, metrics_of, read_evidence
from governance.workspace.workspace import Workspace
from tests.governance.evidence.readings import NOW

CONFIG = """
evidence:
  jobs: [{file: jobs.json, name: slurm}, {file: other.json, name: other}]
  images: [{file: images.json, name: registry}]
"""
JOBS = {"jobs": [{"job_id": 7, "job_state": ["RUNNING"], "command": "/scratch/run/train.sh"}]}


def ask(workspace: Workspace, *named: str) -> Read:
    return read_evidence(workspace, named, now=NOW, progress=lambda _: None)


def titles(read: Read) -> list[str]:
    return [one.known.reading.name for one in read.collected]


def place(tmp_path: Path, jobs: object = JOBS) -> Workspace:
    workspace = Workspace.create(tmp_path, CONFIG)
    for name in ("jobs.json", "other.json"):
        (workspace.folder / name).write_text(json.dumps(jobs))
        os.utime(workspace.folder / name, (NOW.timestamp() - 60, NOW.timestamp() - 60))
    return workspace


def test_every_source_is_asked_and_what_fails_makes_it_partly_done(tmp_path: Path) -> None:
    read = ask(place(tmp_path))
    assert titles(read) == ["slurm", "other", "registry"]
    assert [one.answered for one in read.collected] == [True, True, False]
    assert read.exit_code == 4
    assert "keeps what it kept before" in str(read)
    data = json.loads(json.dumps(read.as_json()))
    assert data["schema"] == "tutela/evidence-read/v1"
    assert [one["complete"] for one in data["sources"]] == [True, True, False]
    assert data["sources"][0]["claims"] >= 1


def test_sources_are_named_by_name_or_kind_or_both(tmp_path: Path) -> None:
    workspace = place(tmp_path)
    assert titles(ask(workspace, "slurm")) == ["slurm"]
    assert titles(ask(workspace, "jobs", "slurm")) == ["slurm", "other"]
    assert titles(ask(workspace, "jobs/other")) == ["other"]
    assert ask(workspace, "jobs").exit_code == 0
    assert ask(workspace, "registry").exit_code == 1
    with pytest.raises(NoSuchSourceError, match="no source slrum") as caught:
        ask(workspace, "slrum")
    assert caught.value.__notes__ == ["tutela evidence read slurm"]


def test_without_a_source_there_is_nothing_to_read(tmp_path: Path) -> None:
    with pytest.raises(GovernanceError, match="registers no source"):
        ask(Workspace.create(tmp_path))


def test_metrics_are_those_that_policies_compare_by(tmp_path: Path) -> None:
    workspace = Workspace.create(tmp_path, "policy: [a.yaml, b.yaml]\n")
    rule = "version: 1\nrules:\n- {{id: r, match: {{kind: model}}, keep: {{{}}}}}\n"
    best = "best: {metric: eval/loss, mode: min, k: 2}"
    (workspace.folder / "a.yaml").write_text(rule.format(best))
    (workspace.folder / "b.yaml").write_text(rule.format("last_verified: 2"))
    assert list(metrics_of(workspace)) == ["eval/loss"]
