"""A portal's answers as a file."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from blueprints.errors import ExpectedError
from blueprints.kinds.sandbox.waldur import export
from blueprints.kinds.sandbox.waldur.portal import PortalError
from tests.blueprints.kinds.sandbox.waldur.test_portal import RESOURCE, SAID, USER

WHOLE = {**SAID, "users": [USER], "resources": [RESOURCE]}


def test_an_export_says_what_the_portal_says(tmp_path: Path) -> None:
    file = tmp_path / "waldur.json"
    file.write_text(json.dumps({"schema": "tutela/waldur/v1", "projects": [WHOLE]}))
    (read,) = export.read(file).projects
    assert read.slug == "climate"
    assert read.people[0].username == "ada"


def test_a_bare_list_of_projects_will_do() -> None:
    assert len(export.parse([WHOLE]).projects) == 1


@pytest.mark.parametrize(
    "said",
    [
        {},
        {"schema": "tutela/waldur/v2", "projects": []},
        {"schema": "tutela/waldur/v1"},
        {"schema": "tutela/waldur/v1", "projects": {}},
        [1],
        [SAID],
        [{**SAID, "users": [], "resources": [1]}],
        [{**SAID, "users": None, "resources": []}],
        "x",
    ],
)
def test_what_is_no_export_is_refused(said: Any) -> None:
    with pytest.raises(PortalError):
        export.parse(said)


@pytest.mark.parametrize("text", ["", "{", "[" * 100_000, '{"a": NaN', "\x00"])
def test_what_is_no_json_is_told_with_the_files_name(tmp_path: Path, text: str) -> None:
    file = tmp_path / "waldur.json"
    file.write_text(text)
    with pytest.raises(PortalError, match=r"waldur\.json"):
        export.read(file)


def test_a_file_that_is_not_there_is_told(tmp_path: Path) -> None:
    with pytest.raises(ExpectedError, match="cannot read"):
        export.read(tmp_path / "none.json")
