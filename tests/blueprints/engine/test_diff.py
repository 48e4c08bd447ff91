import json
from dataclasses import replace
from pathlib import Path

import pytest

from blueprints.engine.blueprint import Blueprint, File
from blueprints.engine.diff import NotRenderedError, diff
from blueprints.engine.lock import InvalidLockError
from blueprints.engine.render import repository
from blueprints.engine.spec import parse
from blueprints.engine.stage import publish
from blueprints.update.tree import UnusableTreeError
from tests.blueprints.engine.small import SPEC, Garden, garden


@pytest.fixture
def repo(tmp_path: Path) -> Path:
    publish(repository(parse(SPEC.encode(), "s.yaml", garden())), tmp_path / "repo")
    return tmp_path / "repo"


def changes(folder: Path, blueprint: Blueprint | None = None) -> list[list[tuple[str, str]]]:
    found = diff(folder, blueprint=blueprint or garden())
    return [[(one.path, one.what.value) for one in part] for part in (found.edited, found.pending)]


def test_a_fresh_render_has_no_difference(repo: Path) -> None:
    assert changes(repo) == [[], []]
    assert str(diff(repo, blueprint=garden())) == (
        f"{repo}: garden 2: no files edited here\n\nno files would be rendered otherwise now"
    )


def test_what_people_edited_is_told_and_what_is_their_own_is_not(repo: Path) -> None:
    (repo / "beds/herbs/bed.yaml").write_text("name: other\n")
    (repo / "README.md").unlink()
    (repo / "water.sh").chmod(0o644)
    (repo / "notes.md").write_text("mine")
    (repo / "new.md").write_text("mine")
    assert changes(repo) == [
        [
            ("README.md", "deleted"),
            ("beds/herbs/bed.yaml", "changed"),
            ("water.sh", "mode changed"),
        ],
        [],
    ]


def test_what_the_specification_says_otherwise_now_is_told(repo: Path) -> None:
    spec = SPEC.replace("plants: 12", "plants: 13").replace("roses", "tulips")
    (repo / "spec.yaml").write_text(spec)
    assert changes(repo) == [
        [],
        [
            ("beds/herbs/bed.yaml", "changed"),
            ("beds/roses/README.md", "deleted"),
            ("beds/roses/bed.yaml", "deleted"),
            ("beds/tulips/README.md", "added"),
            ("beds/tulips/bed.yaml", "added"),
        ],
    ]


def test_what_a_newer_blueprint_renders_is_told(repo: Path) -> None:
    def documents(garden: Garden) -> list[File]:
        return [File("water.sh", b"#!/bin/sh\necho more\n", executable=True)]

    newer = replace(garden(), version=3, documents=documents, prose=lambda _: ())
    spec = (repo / "spec.yaml").read_text()
    found = diff(repo, blueprint=replace(newer, spec=garden().spec, version=2))
    assert [one.path for one in found.pending if one.what == "changed"] == ["water.sh"]
    assert spec == (repo / "spec.yaml").read_text()


def test_lines_are_shown_when_asked_and_nothing_in_them_acts(repo: Path) -> None:
    (repo / "beds/herbs/bed.yaml").write_text("name: herbs\x1b[2J\n")
    (repo / "water.sh").write_bytes(b"\x00")
    text = str(diff(repo, patch=True, blueprint=garden()))
    assert "+name: herbs\\x1b[2J" in text
    assert "water.sh: not shown" in text
    assert "\x1b" not in text
    data = json.loads(json.dumps(diff(repo, patch=True, blueprint=garden()).as_json()))
    assert data["schema"] == "tutela/blueprint-diff/v1"
    assert data["edited"][0]["diff"].startswith("--- a/beds/herbs/bed.yaml")
    assert "diff" not in diff(repo, blueprint=garden()).as_json()["edited"][0]  # type: ignore[index]


def test_a_folder_that_no_blueprint_rendered_is_told(tmp_path: Path) -> None:
    with pytest.raises(NotRenderedError, match=r"has no tutela\.lock"):
        diff(tmp_path)


def test_a_lock_does_not_lead_out_of_the_repository(repo: Path) -> None:
    lock = repo / "tutela.lock"
    lock.write_text(lock.read_text().replace('"water.sh"', '"../../etc/passwd"'))
    with pytest.raises(InvalidLockError, match="is damaged"):
        diff(repo, blueprint=garden())


def test_a_link_in_place_of_a_folder_is_not_followed(repo: Path, tmp_path: Path) -> None:
    (repo / "beds").rename(tmp_path / "beds")
    (repo / "beds").symlink_to(tmp_path / "beds")
    with pytest.raises(UnusableTreeError, match="is a symbolic link"):
        diff(repo, blueprint=garden())
