import sys
from pathlib import Path

import pytest

from blueprints.engine import registry
from blueprints.engine.registry import UnknownBlueprintError, named, names, nearest

MODULE = """
from blueprints.engine.blueprint import Blueprint
from tests.blueprints.engine.small import garden
BLUEPRINT = garden()
OTHER = "no blueprint"
"""


@pytest.fixture
def installed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A package with blueprints, as pip would install it."""
    info = tmp_path / "gardens-1.0.dist-info"
    info.mkdir()
    (info / "METADATA").write_text("Metadata-Version: 2.1\nName: gardens\nVersion: 1.0\n")
    (tmp_path / "gardens.py").write_text(MODULE)
    monkeypatch.syspath_prepend(str(tmp_path))
    monkeypatch.delitem(sys.modules, "gardens", raising=False)
    return info / "entry_points.txt"


def says(file: Path, *lines: str) -> None:
    file.write_text("\n".join([f"[{registry.GROUP}]", *lines]) + "\n")


def test_a_blueprint_of_another_package_is_found_by_its_entry_point(installed: Path) -> None:
    says(installed, "garden = gardens:BLUEPRINT")
    assert {"garden", "sandbox"} <= set(names())
    assert list(names()) == sorted(names())
    assert named("garden").summary == "beds and what grows in them"


def test_a_name_that_is_nearly_right_is_told() -> None:
    with pytest.raises(UnknownBlueprintError) as caught:
        named("sandbx")
    assert str(caught.value) == 'no blueprint is called "sandbx"; did you mean "sandbox"?'
    assert caught.value.__notes__ == ["tutela blueprint list"]


@pytest.mark.parametrize("line", ["garden = gardens:OTHER", "flowers = gardens:BLUEPRINT"])
def test_an_entry_that_is_no_blueprint_of_its_name_is_refused(installed: Path, line: str) -> None:
    says(installed, line)
    with pytest.raises(UnknownBlueprintError, match="is no blueprint of that name"):
        named(line.split(" ")[0])


def test_two_of_one_name_are_refused(installed: Path) -> None:
    says(installed, "sandbox = gardens:BLUEPRINT")
    with pytest.raises(UnknownBlueprintError, match='two packages have a blueprint "sandbox"'):
        names()


def test_an_entry_whose_module_is_gone_is_told(installed: Path) -> None:
    says(installed, "garden = no_such_module:BLUEPRINT")
    with pytest.raises(UnknownBlueprintError, match="cannot load the blueprint garden"):
        named("garden")


def test_the_nearest_name_or_all_of_them() -> None:
    assert nearest("clai", ["clay", "sand"]) == '; did you mean "clay"?'
    assert nearest("x", ["sand", "clay"]) == "; known: clay, sand"
    assert nearest("x", []) == ""
