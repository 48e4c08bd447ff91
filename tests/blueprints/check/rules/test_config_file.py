"""Variants that the rule config-file finds, and others that it has nothing to say of."""

from __future__ import annotations

from tests.blueprints.check.rules.variants import Edit, accepts, finds

RULE = "config-file"
WRONG: dict[str, tuple[Edit, str]] = {
    "no YAML": (("config.yaml", "colour: green", "colour: [green"), "line"),
    "no JSON": (("config.yaml", "  settings.yaml: |", "  settings.json: |"), "is no JSON"),
    "no Python": (
        ("config.yaml", "  settings.yaml: |\n", "  settings.py: |\n    def\n"),
        "is no Python",
    ),
}
RIGHT: dict[str, tuple[Edit, ...]] = {
    "another language": (("config.yaml", "  settings.yaml: |", "  settings.conf: |"),),
}

test_says_what_is_wrong = finds(RULE, WRONG)
test_has_nothing_to_say_of_what_is_right = accepts(RULE, RIGHT)
