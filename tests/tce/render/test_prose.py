from __future__ import annotations

import re
from pathlib import Path

import pytest

from blueprints.engine.blueprint import Owner
from blueprints.render import load
from tce.blueprint import BLUEPRINT
from tce.render.prose import prose
from tests.tce.intent.specifications import ALPS, typed


def written(example: str, place: Path) -> dict[str, str]:
    (one,) = prose(typed(example=example))
    assert one.owner is Owner.SHARED
    made = load(BLUEPRINT.folder / "templates" / one.template).render(one.context, place)
    return {path: content.decode() for path, content in made.items()}


@pytest.mark.parametrize("example", ["hospital", ALPS])
def test_no_place_is_left_open(example: str, tmp_path: Path) -> None:
    for path, text in written(example, tmp_path / "made").items():
        assert "cookiecutter" not in text, path
        assert "{{" not in text, path
        assert "{%" not in text, path
        assert text.endswith("\n"), path
        assert not re.search(r"[ \t]$", text, re.MULTILINE), path


def test_steps_of_the_institution_are_counted_without_a_gap(tmp_path: Path) -> None:
    sheet = written("hospital", tmp_path / "made")["handover/institution.md"]
    numbers = [int(one) for one in re.findall(r"^(\d+)\. ", sheet, re.MULTILINE)]
    assert numbers == [*range(1, len(numbers) + 1)]


def test_what_a_diskless_node_keeps_is_said_where_there_are_such(tmp_path: Path) -> None:
    name = "handover/institution.md"
    assert "have no disk" not in written("hospital", tmp_path / "one")[name]
    assert "have no disk" in written(ALPS, tmp_path / "two")[name]


def test_free_text_stays_out() -> None:
    title = "A title | with a pipe"
    (one,) = prose(typed({"institution/name": title, "cluster/title": title}))
    assert title not in one.context.values()
