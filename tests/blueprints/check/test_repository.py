import os
from pathlib import Path

import pytest

from blueprints.check.repository import MOST_YAML, Repository
from blueprints.check.tree import Why
from blueprints.errors import ExpectedError
from tests.blueprints.check.places import repository, write

SECRET = "apiVersion: v1\nkind: Secret\nmetadata: {name: s, namespace: ns}\n"


def test_no_folder_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(ExpectedError, match="no such folder"):
        Repository(tmp_path / "none")
    with pytest.raises(ExpectedError, match="no such folder"):
        Repository(write(tmp_path, {"file": ""}) / "file")


def test_files_and_folders_are_known_by_plain_paths(tmp_path: Path) -> None:
    repo = repository(tmp_path, {"a/b.txt": "\ufeffb\n", "a/c/d": b"\xff", "e": ""})
    assert repo.files == ("a/b.txt", "a/c/d", "e")
    assert repo.exists("e")
    assert not repo.exists("a")
    assert not repo.exists("../" + tmp_path.name + "/e")
    assert not repo.exists(str(tmp_path / "e"))
    assert [repo.is_dir(path) for path in ("", ".", "a", "a/c/", "./a", "e", "..")] == [
        True,
        True,
        True,
        True,
        True,
        False,
        False,
    ]
    assert list(repo.under("a")) == ["a/b.txt", "a/c/d"]
    assert list(repo.under(".")) == list(repo.files)
    assert repo.text("a/b.txt") == "b\n"
    assert repo.text("a/c/d") == "\ufffd"
    with pytest.raises(FileNotFoundError):
        repo.read("../e")


def test_a_file_that_cannot_be_opened_is_told_once(tmp_path: Path) -> None:
    repo = repository(tmp_path, {"a.yaml": SECRET})
    (tmp_path / "a.yaml").unlink()
    assert repo.read("a.yaml") == b""
    assert repo.objects == ()
    (one,) = repo.left_out
    assert (one.file, one.why) == ("a.yaml", Why.UNREADABLE)


def test_yaml_that_is_no_text_or_too_large_is_a_problem(tmp_path: Path) -> None:
    repo = repository(tmp_path, {"a.yaml": b"a: 1\nb: \xff\n", "b.yml": b" " * (MOST_YAML + 1)})
    assert repo.yaml("a.yaml") == repo.yaml("b.yml") == ()
    assert [(one.line, one.kind) for one in repo.problems("a.yaml")] == [(2, "encoding")]
    assert [one.kind for one in repo.problems("b.yml")] == ["size"]
    assert [one.file for one in repo.left_out] == ["b.yml"]


def test_objects_stand_in_yaml_and_in_json(tmp_path: Path) -> None:
    repo = repository(
        tmp_path,
        {
            "a.yaml": SECRET,
            "b.json": '{"apiVersion": "v1", "kind": "ConfigMap", '
            '"metadata": {"name": "\\ud83d\\ude00"}}',
            "c.json": '{"apiVersion": 1}',
            "d.json": '{"apiVersion": "v1", "kind": ',
            "e.txt": SECRET,
        },
    )
    assert [(one.file, one.kind, one.name) for one in repo.objects] == [
        ("a.yaml", "Secret", "s"),
        ("b.json", "ConfigMap", "\U0001f600"),
    ]
    found = repo.find("Secret", "ns", "s")
    assert found is repo.objects[0]
    assert repo.find("Secret", "", "s") is None
    assert repo.of_kind("ConfigMap", "Secret") == (repo.objects[1], repo.objects[0])


def test_templates_of_charts_are_no_yaml(tmp_path: Path) -> None:
    repo = repository(
        tmp_path,
        {
            "charts/web/Chart.yaml": "apiVersion: v2\nname: web\nversion: 1.0.0\n",
            "charts/web/values.yaml": "a: 1\n",
            "charts/web/templates/a.yaml": "{{ .Values.a }}\n",
            "templates/b.yaml": SECRET,
        },
    )
    assert repo.charts == ("charts/web",)
    assert repo.yaml_files == (
        "charts/web/Chart.yaml",
        "charts/web/values.yaml",
        "templates/b.yaml",
    )


def test_the_repositorys_own_settings_are_at_hand(tmp_path: Path) -> None:
    repo = repository(tmp_path, {".tutela-check.yaml": "version: 1\nregistries: [here]\n"})
    assert repo.settings.registries == ("here",)


def test_a_thousand_files_need_no_thousand_open_files(tmp_path: Path) -> None:
    repo = repository(tmp_path, {f"{n}.yaml": SECRET for n in range(1000)})
    before = len(os.listdir("/proc/self/fd"))
    assert len(repo.objects) == 1000
    assert len(os.listdir("/proc/self/fd")) == before
