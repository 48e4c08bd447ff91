"""Whether a source answers, asked cheaply of real files, repositories and servers."""

import json
from pathlib import Path

from governance.evidence.probe import Probed, probe
from governance.workspace.evidence import EvidenceConfig
from tests.labs.git_lab import GitFolder
from tests.labs.scripted import Reply, Request, Scripted


def ask(tmp_path: Path, **config: object) -> Probed:
    ((_, entry),) = EvidenceConfig.model_validate(config).entries
    return probe(entry, tmp_path)


def test_a_file_is_there_or_not(tmp_path: Path) -> None:
    (tmp_path / "jobs.json").write_text('{"jobs": []}')
    found = ask(tmp_path, jobs=[{"file": "jobs.json"}])
    assert found.answers
    assert found.detail.startswith("12 B, written 20")
    missing = ask(tmp_path, images=[{"file": "none.json"}])
    assert (missing.answers, missing.hints) == (False, (f"ls -l {tmp_path / 'none.json'}",))


def test_a_repository_is_one_or_not(tmp_path: Path) -> None:
    folder = GitFolder.init(tmp_path / "data.git", "--bare")
    assert ask(tmp_path, dvc=[{"repo": "data.git"}]) == Probed(True, "0 refs")
    assert folder.path.is_dir()
    (tmp_path / "empty").mkdir()
    assert not ask(tmp_path, code=[{"repo": "empty"}]).answers
    assert not ask(tmp_path, serving=[{"repo": "none"}]).answers


def test_a_server_answers_or_not(tmp_path: Path) -> None:
    asked: list[Request] = []

    def answer(request: Request) -> Reply:
        asked.append(request)
        return Reply(200, json.dumps({"experiments": []}).encode())

    with Scripted(answer) as server:
        assert ask(tmp_path, mlflow=[{"uri": server.endpoint}]) == Probed(
            True, "the server answers"
        )
    assert len(asked) == 1
    with Scripted(lambda request: Reply(401, b"{}")) as server:
        refused = ask(tmp_path, mlflow=[{"uri": server.endpoint}])
    assert not refused.answers
    assert refused.hints


def test_a_database_opens_or_not(tmp_path: Path) -> None:
    found = ask(tmp_path, mlflow=[{"uri": "sqlite:///none.db"}])
    assert not found.answers
    assert not (tmp_path / "none.db").exists()
