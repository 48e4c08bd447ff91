import pytest
from pydantic import ValidationError

from tests.blueprints.service.models import model


def test_a_model_needs_a_few_lines_only() -> None:
    found = model()
    assert (found.mode, found.parallel, found.options) == ("offline", None, {})


@pytest.mark.parametrize("version", ["0.11.0", "0.8.5.post1", "0.10.1.1"])
def test_versions_are_numbers_with_dots(version: str) -> None:
    assert model(engine={"version": version}).engine.version == version


@pytest.mark.parametrize("version", ["latest", "v0.11.0", "0.11", "nightly", "0.11.0 "])
def test_anything_else_is_no_version(version: str) -> None:
    with pytest.raises(ValidationError):
        model(engine={"version": version})


def test_an_option_keeps_its_type() -> None:
    options = {"a": True, "b": 1, "c": 0.5, "d": "1", "e": ["x", 1], "f": {"g": None}}
    found = model(options=options).options
    assert found == options
    assert [type(found[key]) for key in "abcd"] == [bool, int, float, str]


@pytest.mark.parametrize("key", ["weigths", "heads_kv"])
def test_a_shape_has_no_other_facts(key: str) -> None:
    with pytest.raises(ValidationError):
        model(shape={key: 1})
