import datetime as dt
from dataclasses import replace
from pathlib import Path

import pytest

from blueprints.check.run import Asked
from blueprints.engine.blueprint import Blueprint
from blueprints.engine.check import RULE, check
from blueprints.engine.diff import NotRenderedError
from blueprints.engine.overlay import Overlay
from blueprints.engine.render import repository
from blueprints.engine.spec import digest, parse
from blueprints.engine.stage import publish
from tests.blueprints.engine.small import SPEC, garden

LOADED = parse(SPEC.encode(), "s.yaml", garden())
OVERLAY = Overlay(
    {"cookiecutter.json": b'{"folder": "x"}', "{{cookiecutter.folder}}/LICENCE": b"ours\n"}
)


@pytest.fixture
def repo(tmp_path: Path) -> Path:
    publish(repository(LOADED, OVERLAY), tmp_path / "repo")
    return tmp_path / "repo"


def told(folder: Path, blueprint: Blueprint | None = None) -> list[str]:
    result = check(folder, Asked(), dt.date(2026, 11, 22), blueprint=blueprint or garden())
    assert RULE in result.rules
    return [f"{one.file}:{one.line}: {one.message}" for one in result.findings if one.rule == RULE]


def swap(file: Path, old: str, new: str) -> None:
    text = file.read_text()
    assert old in text
    file.write_text(text.replace(old, new))


def test_a_fresh_render_is_what_its_specification_renders(repo: Path) -> None:
    assert told(repo) == []


def test_the_rules_are_run_too(repo: Path) -> None:
    (repo / "beds/herbs/bed.yaml").write_text("name: other\n")
    result = check(repo, Asked(), dt.date(2026, 11, 22), blueprint=garden())
    assert "drift" in {one.rule for one in result.findings}
    assert result.exit_code == 3


def test_an_edit_that_was_covered_up_is_found(repo: Path) -> None:
    """The file, its digest in the lock and its base changed alike: the specification knows."""
    swap(repo / "beds/herbs/bed.yaml", "plants: 12", "plants: 13")
    old = next(file for file in repository(LOADED) if file.path == "beds/herbs/bed.yaml").content
    new = (repo / "beds/herbs/bed.yaml").read_bytes()
    swap(repo / "tutela.lock", digest(old), digest(new))
    assert told(repo) == ["tutela.lock:0: beds/herbs/bed.yaml in .tutela-base has another digest"]
    swap(repo / ".tutela-base/render/beds/herbs.jsonl", "plants: 12", "plants: 13")
    assert told(repo) == [
        "tutela.lock:0: beds/herbs/bed.yaml is not what the specification renders"
    ]


def test_an_overlay_that_was_changed_is_found(repo: Path) -> None:
    swap(repo / ".tutela-base/overlay.jsonl", "ours", "theirs")
    assert told(repo) == ["tutela.lock:0: the overlay in .tutela-base has another digest"]


def test_a_base_that_is_missing_or_damaged_is_found(repo: Path) -> None:
    pack = repo / ".tutela-base/render/beds/roses.jsonl"
    pack.unlink()
    assert told(repo) == [
        "tutela.lock:0: beds/roses/README.md is missing in .tutela-base",
        "tutela.lock:0: beds/roses/bed.yaml is missing in .tutela-base",
    ]
    pack.write_text("{")
    assert told(repo) == [".tutela-base:0: .tutela-base/render/beds/roses.jsonl:1: is damaged"]


def test_a_file_that_the_lock_does_not_know_is_found(repo: Path) -> None:
    pack = repo / ".tutela-base/render/top.jsonl"
    pack.write_text(pack.read_text() + '{"path": "more", "text": ""}\n')
    assert told(repo) == ["tutela.lock:0: more of .tutela-base is missing in it"]


def test_mistakes_of_the_specification_have_their_line(repo: Path) -> None:
    (repo / "spec.yaml").write_text(SPEC.replace("plants: 12", "plants: 0\n  colour: 1"))
    assert told(repo) == [
        "spec.yaml:7: beds[0].plants: should be greater than or equal to 1",
        'spec.yaml:8: unknown key "colour" in beds[0]; known: name, plants',
    ]
    (repo / "spec.yaml").unlink()
    assert told(repo) == [f"spec.yaml:0: {repo}/spec.yaml is not there, or is no file"]
    (repo / "spec.yaml").symlink_to("/etc/passwd")
    assert told(repo) == [f"spec.yaml:0: {repo}/spec.yaml is not there, or is no file"]


def test_another_version_of_the_blueprint_is_told(repo: Path) -> None:
    swap(repo / "tutela.lock", '"version": 2', '"version": 1')
    assert told(repo) == ["tutela.lock:0: rendered by version 1 of garden; installed is 2"]
    swap(repo / "tutela.lock", '"version": 1', '"version": 3')
    assert told(repo) == [
        "tutela.lock:0: rendered by version 3 of garden, which is newer than 2, installed"
    ]
    swap(repo / "tutela.lock", '"name": "garden"', '"name": "park"')
    assert told(repo, replace(garden(), version=2)) == [
        "spec.yaml:0: specifies a garden; the repository is a park"
    ]


def test_a_folder_that_no_blueprint_rendered_is_told(tmp_path: Path) -> None:
    with pytest.raises(NotRenderedError, match=r"has no tutela\.lock"):
        check(tmp_path, Asked(), dt.date(2026, 11, 22))
