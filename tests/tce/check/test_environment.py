from pathlib import Path

import pytest

from tce.check.environment import environment
from tests.blueprints.check.places import repository


def test_an_environment_is_known_by_its_specification(tmp_path: Path) -> None:
    repo = repository(tmp_path, {"spec.yaml": "blueprint: tce\nname: hospital\n"})
    found = environment(repo)
    assert found is not None
    assert found.data["name"] == "hospital"


@pytest.mark.parametrize(
    "text", ["blueprint: cluster\n", "- tce\n", "", "blueprint: [tce]\n", "a: ["]
)
def test_anything_else_is_none(text: str, tmp_path: Path) -> None:
    assert environment(repository(tmp_path, {"spec.yaml": text})) is None


def test_a_repository_without_specification_is_none(tmp_path: Path) -> None:
    assert environment(repository(tmp_path, {"tce.yaml": "blueprint: tce\n"})) is None
