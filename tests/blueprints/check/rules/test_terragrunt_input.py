"""Variants that the rule terragrunt-input finds, and others that it has nothing to say of."""

from __future__ import annotations

from tests.blueprints.check.rules.variants import Edit, accepts, finds

RULE = "terragrunt-input"
_HERE = "clusters/production/inference"
CLUSTER = f"{_HERE}/cluster/terragrunt.hcl"
REGISTRATION = f"{_HERE}/registration/terragrunt.hcl"
DATA = f"{_HERE}/cluster.yaml"
MODULE = "tofu/modules/cluster/main.tf"

WRONG: dict[str, tuple[*tuple[Edit, ...], str]] = {
    "an input that is missing": (
        (CLUSTER, "  name  = local.data.name\n", ""),
        "gives no name, which tofu/modules/cluster needs",
    ),
    "an input that nobody takes": (
        (CLUSTER, "  nodes = 3", "  nodes = 3\n  color = 1"),
        "gives color, which tofu/modules/cluster does not declare",
    ),
    "a text for a number": ((CLUSTER, "nodes = 3", 'nodes = "three"'), "nodes is no number"),
    "a list for a text": ((CLUSTER, "local.data.name", "[local.data.name]"), "name is no string"),
    "data of another type": (
        (DATA, "name: production-inference", "name: {first: a}"),
        "name is no string",
    ),
    "data that is not there": (
        (DATA, "name: production-inference\n", ""),
        "local.data.name is not there",
    ),
    "a file that is not there": (
        (CLUSTER, "../cluster.yaml", "../clusters.yaml"),
        "there is no file clusters/production/inference/clusters.yaml",
    ),
    "a local that is not there": (
        (CLUSTER, "local.data.name", "local.date.name"),
        "local.date is not there",
    ),
    "a module that is not there": (
        (CLUSTER, "modules/cluster", "modules/clusters"),
        "there is no module tofu/modules/clusters",
    ),
    "a module out of the repository": (
        (CLUSTER, '"${get_repo_root()}/tofu/modules/cluster"', '"../../../../../modules"'),
        "lies out of the repository",
    ),
    "no module": (
        (CLUSTER, '  source = "${get_repo_root()}/tofu/modules/cluster"\n', ""),
        "runs no module",
    ),
    "a variable that came later": (
        (MODULE, 'output "id"', 'variable "new" {\n  type = string\n}\n\noutput "id"'),
        "gives no new",
    ),
    "an input of the root that nobody takes": (
        ("root.hcl", "", 'inputs = {\n  region = "zurich"\n}\n'),
        "no unit that includes it has a module with region",
    ),
    "an include that is not exposed": (
        (CLUSTER, "local.data.name", "include.root.locals.data.name"),
        "does not say expose = true",
    ),
    "a part of an object that is missing": (
        (
            MODULE,
            "type        = string",
            "type        = object({ first = string, last = optional(string) })",
        ),
        (CLUSTER, "local.data.name", '{ lst = "a" }'),
        "name has no first",
    ),
}
RIGHT: dict[str, tuple[Edit, ...]] = {
    "a module with two slashes": ((CLUSTER, "/tofu/modules/cluster", "/tofu/modules//cluster"),),
    "a relative module": ((CLUSTER, "${get_repo_root()}/tofu", "../../../../tofu"),),
    "a number as text": ((CLUSTER, "nodes = 3", 'nodes = "3"'),),
    "an input that has a default": ((CLUSTER, "  nodes = 3\n", ""),),
    "an input of the root that one takes": (("root.hcl", "", "inputs = {\n  nodes = 5\n}\n"),),
    "an include that is exposed": (
        (
            CLUSTER,
            'find_in_parent_folders("root.hcl")',
            'find_in_parent_folders("root.hcl")\n  expose = true',
        ),
        (CLUSTER, "local.data.name", "include.root.locals.data.name"),
    ),
    "something to try": ((CLUSTER, "local.data.name", 'try(local.data.nothing, "name")'),),
    "a choice": (
        (CLUSTER, "nodes = 3", 'nodes = local.data.name == "production-inference" ? 3 : "none"'),
    ),
}

test_says_what_is_wrong = finds(RULE, WRONG)
test_has_nothing_to_say_of_what_is_right = accepts(RULE, RIGHT)
