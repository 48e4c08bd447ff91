import json
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from blueprints.engine import catalogue as module
from blueprints.engine import registry
from blueprints.engine.blueprint import Asked
from blueprints.engine.catalogue import begun, catalogue, example, reconciled
from blueprints.engine.registry import UnknownBlueprintError
from blueprints.engine.spec import parse
from blueprints.errors import ExpectedError
from tests.blueprints.engine.small import SPEC, garden

NOW = datetime(2026, 11, 22, tzinfo=UTC)


def test_every_blueprint_is_listed_with_what_it_renders() -> None:
    found = catalogue()
    assert [one.name for one in found.blueprints] == list(registry.names())
    assert "sandbox" in str(found)
    assert max(map(len, str(found).splitlines())) <= 100
    data = json.loads(json.dumps(found.as_json()))
    assert data["schema"] == "tutela/blueprints/v1"
    assert {"name", "version", "summary"} == set(data["blueprints"][0])


@pytest.mark.parametrize("name", registry.names())
def test_every_example_is_commented_and_right(name: str) -> None:
    found = example(name)
    assert "#" in str(found)
    assert parse(str(found).encode(), name).blueprint.name == name
    assert json.loads(json.dumps(found.as_json()))["text"] == str(found)


def test_a_blueprint_without_its_example_is_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(registry, "named", lambda _: replace(garden(), folder=tmp_path))
    with pytest.raises(UnknownBlueprintError, match="has lost its example"):
        module.example("garden")


def test_a_blueprint_may_have_several_examples() -> None:
    assert module.example("tce").text == module.example("tce", "hospital").text
    assert module.example("tce", "alps").text.startswith("# A genomics institute")
    with pytest.raises(UnknownBlueprintError, match='no example "alpes"; did you mean "alps"'):
        module.example("tce", "alpes")


def test_a_blueprint_without_a_portal_follows_none(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(registry, "named", lambda _: garden())
    with pytest.raises(ExpectedError, match="the blueprint garden follows no portal"):
        begun("garden", tmp_path / "export.json", NOW)
    with pytest.raises(ExpectedError, match=r"has no tutela\.lock"):
        reconciled(Asked(tmp_path, NOW))


def test_the_garden_of_these_tests_renders_as_it_is() -> None:
    text = str(module.Example(garden(), SPEC)).encode()
    assert parse(text, "g", garden()).text == text
