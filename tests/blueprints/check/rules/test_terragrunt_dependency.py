"""Variants that the rule terragrunt-dependency finds, and others that it has nothing to say of."""

from __future__ import annotations

from tests.blueprints.check.rules.variants import Edit, accepts, finds

RULE = "terragrunt-dependency"
_HERE = "clusters/production/inference"
CLUSTER = f"{_HERE}/cluster/terragrunt.hcl"
REGISTRATION = f"{_HERE}/registration/terragrunt.hcl"
MODULE = "tofu/modules/cluster/main.tf"

WRONG: dict[str, tuple[*tuple[Edit, ...], str]] = {
    "a folder that is not there": (
        (REGISTRATION, '"../cluster"', '"../clusters"'),
        "clusters/production/inference/clusters is not there",
    ),
    "a folder without a unit": (
        (REGISTRATION, '"../cluster"', '"../../inference"'),
        "holds no terragrunt.hcl",
    ),
    "a folder out of the repository": (
        (REGISTRATION, '"../cluster"', '"../../../../../other"'),
        "lies out of the repository",
    ),
    "a unit that waits for itself": (
        (REGISTRATION, '"../cluster"', '"../registration"'),
        "registration -> clusters/production/inference/registration",
    ),
    "an output that nobody declares": (
        (REGISTRATION, "outputs.id", "outputs.name"),
        "has no output name",
    ),
    "a mock of an output that nobody declares": (
        (REGISTRATION, '{ id = "invented" }', '{ name = "invented" }'),
        "has no output name",
    ),
    "an output that was taken out": ((MODULE, 'output "id"', 'output "name"'), "has no output id"),
    "a dependency that is not declared": (
        (REGISTRATION, "dependency.cluster.", "dependency.clusters."),
        "there is no dependency clusters",
    ),
    "mocks that are applied": (
        (
            REGISTRATION,
            '  mock_outputs_allowed_terraform_commands = ["init", "validate", "plan"]\n',
            "",
        ),
        "is not kept from being applied",
    ),
    "mocks for apply": ((REGISTRATION, '"plan"]', '"plan", "apply"]'), "is used by apply"),
    "a path that is not there": (
        (CLUSTER, "inputs = {", 'dependencies {\n  paths = ["../nowhere"]\n}\n\ninputs = {'),
        "a dependency: clusters/production/inference/nowhere is not there",
    ),
}
RIGHT: dict[str, tuple[Edit, ...]] = {
    "a dependency that is switched off": (
        (
            REGISTRATION,
            'config_path = "../cluster"',
            'config_path = "../nowhere"\n  enabled     = false',
        ),
        (REGISTRATION, "dependency.cluster.outputs.id", '"c-1"'),
    ),
    "a path to a file": ((REGISTRATION, '"../cluster"', '"../cluster/terragrunt.hcl"'),),
    "paths of dependencies": (
        (REGISTRATION, "inputs = {", 'dependencies {\n  paths = ["../cluster"]\n}\n\ninputs = {'),
    ),
    "a path that is put together": (
        (REGISTRATION, '"../cluster"', '"${get_terragrunt_dir()}/../cluster"'),
    ),
}

test_says_what_is_wrong = finds(RULE, WRONG)
test_has_nothing_to_say_of_what_is_right = accepts(RULE, RIGHT)
