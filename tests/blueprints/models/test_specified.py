from __future__ import annotations

from pathlib import Path

import pytest

from blueprints.errors import ExpectedError
from blueprints.models.specified import read
from blueprints.update.update import Options, RefusedError
from blueprints.yamltext import InvalidFileError
from tests.blueprints.models.repository import repository

LOOSE = Options(allow_dirty=True)


def test_a_specification_is_read_with_its_models(tmp_path: Path) -> None:
    found = read(repository(tmp_path))
    assert [one.name for one in found.serving.models] == ["apertus"]
    assert [one["name"] for one in found.listed] == ["apertus"]
    assert found.place("apertus") == 0


def test_a_name_that_there_is_not_is_told_with_those_that_there_are(tmp_path: Path) -> None:
    with pytest.raises(RefusedError, match='has no model "apertos"; known: apertus'):
        read(repository(tmp_path)).place("apertos")


def test_a_folder_that_was_not_rendered_is_refused(tmp_path: Path) -> None:
    with pytest.raises(RefusedError, match="no blueprint rendered it") as found:
        read(tmp_path)
    assert any("tutela blueprint spec inference" in hint for hint in found.value.__notes__)


def test_a_text_that_says_something_else_is_not_written(tmp_path: Path) -> None:
    found = read(repository(tmp_path))
    before = found.text
    with pytest.raises(RefusedError, match="it would say something else then"):
        found.update(before.replace("admins", "others"), found.listed, LOOSE)
    with pytest.raises(InvalidFileError):
        found.update(before.replace("admins", "Not A Name"), found.listed, LOOSE)
    assert read(found.folder).text == before


def test_a_repository_of_something_else_serves_no_models(tmp_path: Path) -> None:
    made = repository(tmp_path)
    (made / "spec.yaml").write_text("blueprint: nothing\n", encoding="utf-8")
    with pytest.raises(ExpectedError, match="there is none called"):
        read(made)
