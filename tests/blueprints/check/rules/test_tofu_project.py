"""Variants that the rule tofu-project finds, and others that it has nothing to say of."""

from __future__ import annotations

from tests.blueprints.check.rules.variants import Edit, accepts, finds

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

test_says_what_is_wrong = finds(RULE, WRONG)
test_has_nothing_to_say_of_what_is_right = accepts(RULE, RIGHT)
