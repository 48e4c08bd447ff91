import re
from pathlib import Path

from blueprints.kinds.cluster import BLUEPRINT
from blueprints.kinds.cluster.openings.derive import openings
from blueprints.kinds.cluster.openings.facts import FACTS
from tests.blueprints.kinds.cluster.specifications import typed

SOURCES = Path(BLUEPRINT.folder) / "openings"


def test_every_opening_has_a_source_that_is_known() -> None:
    assert {one.fact for one in openings(typed())} <= set(FACTS)


def test_no_source_is_left_over() -> None:
    code = "".join(file.read_text() for file in SOURCES.glob("*.py") if file.stem != "facts")
    assert [name for name in FACTS if f'"{name}"' not in code] == []


def test_a_source_can_be_looked_at() -> None:
    for one in FACTS.values():
        assert one.url == "spec.yaml" or re.fullmatch(r"https://[a-z0-9.-]+/\S*", one.url)
        assert one.title
        assert "|" not in one.title
