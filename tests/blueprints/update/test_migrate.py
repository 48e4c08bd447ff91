"""Specifications in the words of a newer version."""

from blueprints.engine import spec
from blueprints.update.migrate import carried_over
from tests.blueprints.update.five import SPEC, version


def carried(text: str, to: int) -> str:
    blueprint = version(to)
    loaded = spec.parse(text.encode(), "spec.yaml", blueprint)
    return carried_over(loaded, "spec.yaml", blueprint).text.decode()


def test_one_in_the_words_of_its_version_stays_byte_by_byte() -> None:
    assert carried(SPEC, 1) == SPEC


def test_what_a_migration_changes_is_changed_and_nothing_else() -> None:
    expected = SPEC.replace("version: 1", "version: 4").replace("size: 2", "replicas: 2")
    assert carried(SPEC, 4) == expected


def test_whatever_the_order_and_form_of_its_keys() -> None:
    text = "size:   2   # why\nversion: 1\n\n\nblueprint: 'five'\nimage: i\nname: >-\n  web\n"
    expected = "replicas: 2\nversion: 5\n\n\nblueprint: 'five'\nimage: i\nname: >-\n  web\n"
    # The comment stood on the key that is gone: the text stays, and is carried over when read.
    assert carried(text, 5) == text
    assert carried(text.replace("   # why", ""), 5) == expected
