"""Variants that the rule tofu-project finds, and others that it has nothing to say of."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.blueprints.check.rules.variants import Edit, said

RULE = "tofu-project"
WRONG: dict[str, tuple[Edit, str]] = {
    "the state of another": (
        (
            "tofu/projects/climate/terraform.tf",
            "projects/climate.tfstate",
            "projects/weather.tfstate",
        ),
        "lies at projects/weather.tfstate",
    ),
    "two writers": (
        ("tofu/projects/climate/terraform.tf", "use_lockfile = true", "use_lockfile = false"),
        "two runs may write",
    ),
    "a module that is not there": (
        ("tofu/projects/climate/main.tf", "modules/sandbox", "modules/box"),
        "is not there",
    ),
    "a repository that goes": (
        (
            "tofu/modules/sandbox/main.tf",
            "",
            ('\nresource "gitea_repository" "project" {\n  name = var.project\n}\n'),
        ),
        "goes with everything in it",
    ),
    "a secret for a default": (
        ("tofu/modules/sandbox/main.tf", "", '\nvariable "api_token" {\n  default = "abc"\n}\n'),
        "has a secret for its default",
    ),
}
RIGHT: dict[str, tuple[Edit, ...]] = {
    "a repository that is kept": (
        (
            "tofu/modules/sandbox/main.tf",
            "",
            (
                "\n"
                'resource "gitea_repository" "project" {\n'
                "  name = var.project\n"
                "\n"
                "  lifecycle {\n"
                "    prevent_destroy = true\n"
                "  }\n"
                "}\n"
            ),
        ),
    ),
}


@pytest.mark.parametrize("name", WRONG)
def test_says_what_is_wrong(name: str, tmp_path: Path) -> None:
    edit, words = WRONG[name]
    messages = said(tmp_path, RULE, edit)
    assert any(words in message for message in messages), messages


@pytest.mark.parametrize("name", RIGHT)
def test_has_nothing_to_say_of_what_is_right(name: str, tmp_path: Path) -> None:
    assert said(tmp_path, RULE, *RIGHT[name]) == []
