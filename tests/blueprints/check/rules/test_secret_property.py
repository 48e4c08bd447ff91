"""Variants that the rule secret-property finds, and others that it has nothing to say of."""

from __future__ import annotations

from pathlib import Path

from tests.blueprints.check.rules.variants import Edit, accepts, finds, said

RULE = "secret-property"
WRONG: dict[str, tuple[Edit, str]] = {
    "another property": (
        ("secret.yaml", "property: access_key_id", "property: username"),
        "AWS_ACCESS_KEY_ID comes from username",
    ),
}
RIGHT: dict[str, Edit] = {
    "other letters": ("secret.yaml", "secretKey: AWS_ACCESS_KEY_ID", "secretKey: accessKeyID"),
}

test_says_what_is_wrong = finds(RULE, WRONG)
test_has_nothing_to_say_of_what_is_right = accepts(RULE, RIGHT)


SPECIFICATION = """\
blueprint: sandbox
version: 1
site: {git: {credentials: platform/git}, secrets: {prefix: projects}}
projects: [{name: data}]
"""


def test_entries_of_the_store_are_those_that_the_specification_names(tmp_path: Path) -> None:
    named = ("spec.yaml", "", SPECIFICATION)
    assert said(tmp_path / "a", RULE, named) == []
    other = ("secret.yaml", "projects/data/bucket", "platform/git")
    assert said(tmp_path / "b", RULE, named, other) == []
    unknown = ("secret.yaml", "projects/data/bucket", "platform/root")
    assert said(tmp_path / "c", RULE, named, unknown) == [
        "ExternalSecret data/bucket reads platform/root, which the specification does not name"
    ]
