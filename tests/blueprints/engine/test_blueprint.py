"""What the engine takes for granted of every blueprint that is installed."""

import typing

import pytest

from blueprints.engine import registry
from blueprints.engine.blueprint import Blueprint, Migration, Owner, Prose
from tests.blueprints.engine.small import garden

BLUEPRINTS = [garden(), *(registry.named(name) for name in registry.names())]


@pytest.mark.parametrize("blueprint", BLUEPRINTS, ids=lambda one: one.name)
def test_its_specification_refuses_what_it_does_not_know(blueprint: Blueprint) -> None:
    assert blueprint.spec.model_config["extra"] == "forbid"
    fields = blueprint.spec.model_fields
    assert typing.get_args(fields["blueprint"].annotation) == (blueprint.name,)
    assert typing.get_args(fields["version"].annotation) == (blueprint.version,)


@pytest.mark.parametrize("blueprint", BLUEPRINTS, ids=lambda one: one.name)
def test_each_version_has_one_migration_at_most_and_says_why(blueprint: Blueprint) -> None:
    steps = [migration.to for migration in blueprint.migrations]
    assert len(set(steps)) == len(steps)
    assert set(steps) <= set(range(2, blueprint.version + 1))
    assert all(migration.why for migration in blueprint.migrations)


@pytest.mark.parametrize("blueprint", BLUEPRINTS, ids=lambda one: one.name)
def test_its_folder_holds_its_example(blueprint: Blueprint) -> None:
    name = blueprint.example or blueprint.name
    assert (blueprint.folder / "examples" / f"{name}.yaml").is_file()


def test_a_migration_that_says_nothing_changes_nothing() -> None:
    migration = Migration(2, "other bytes, same words")
    assert migration.spec({"a": 1}) == {"a": 1}
    assert list(migration.moves(None)) == []


def test_prose_is_generated_unless_it_says_otherwise() -> None:
    assert Prose("top", "").owner is Owner.GENERATED
