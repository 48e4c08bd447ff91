"""Variants that the rule terragrunt-include finds, and others that it has nothing to say of."""

from __future__ import annotations

from tests.blueprints.check.rules.variants import Edit, accepts, finds

RULE = "terragrunt-include"
_HERE = "clusters/production/inference"
CLUSTER = f"{_HERE}/cluster/terragrunt.hcl"
REGISTRATION = f"{_HERE}/registration/terragrunt.hcl"
MORE = """\
generate "more" {
  path      = "versions_override.tf"
  if_exists = "overwrite"
  contents  = ""
}

inputs = {"""

WRONG: dict[str, tuple[*tuple[Edit, ...], str]] = {
    "no name": ((CLUSTER, 'include "root"', "include"), "an include has no name"),
    "no root": (
        (CLUSTER, '"root.hcl"', '"rot.hcl"'),
        "leads nowhere: no folder above holds rot.hcl",
    ),
    "no path": (
        (CLUSTER, '  path = find_in_parent_folders("root.hcl")\n', ""),
        "leads nowhere: it has no path",
    ),
    "a file that is not there": (
        (CLUSTER, 'find_in_parent_folders("root.hcl")', '"../../other.hcl"'),
        "there is no clusters/production/other.hcl",
    ),
    "a file out of the repository": (
        (CLUSTER, 'find_in_parent_folders("root.hcl")', '"/etc/root.hcl"'),
        "leads out of the repository",
    ),
    "a root that is a unit": (
        ("terragrunt.hcl", "", "locals {}\n"),
        (CLUSTER, 'find_in_parent_folders("root.hcl")', "find_in_parent_folders()"),
        "which Terragrunt takes for a unit",
    ),
    "a root that includes": (
        ("root.hcl", "", 'include "more" {\n  path = "more.hcl"\n}\n'),
        "is included and includes another file",
    ),
    "a unit without the root": (
        (CLUSTER, 'include "root" {\n  path = find_in_parent_folders("root.hcl")\n}\n', ""),
        "includes no root, as other units do",
    ),
    "a name twice": (
        (
            CLUSTER,
            "terraform {",
            'include "root" {\n  path = find_in_parent_folders("root.hcl")\n}\n\nterraform {',
        ),
        "include root stands there twice",
    ),
    "a file without if_exists": (
        (
            "root.hcl",
            '  path      = "versions_override.tf"\n  if_exists = "overwrite_terragrunt"\n',
            '  path      = "versions_override.tf"\n',
        ),
        "generate versions has no if_exists",
    ),
    "a backend without if_exists": (
        (
            "root.hcl",
            '    path      = "backend.tf"\n    if_exists = "overwrite_terragrunt"\n',
            '    path      = "backend.tf"\n',
        ),
        "generate of remote_state has no if_exists",
    ),
    "an if_exists that there is none of": (
        ("root.hcl", '"overwrite_terragrunt"', '"always"'),
        "if_exists is always",
    ),
    "two that write one file": ((CLUSTER, "inputs = {", MORE), "as generate more does"),
}
RIGHT: dict[str, tuple[Edit, ...]] = {
    "a path that is put together": (
        (CLUSTER, 'find_in_parent_folders("root.hcl")', '"${get_repo_root()}/root.hcl"'),
    ),
    "another include": (
        (
            CLUSTER,
            "terraform {",
            'include "more" {\n  path = "${get_terragrunt_dir()}/more.hcl"\n}\n\nterraform {',
        ),
        (f"{_HERE}/cluster/more.hcl", "", "locals {}\n"),
    ),
}

test_says_what_is_wrong = finds(RULE, WRONG)
test_has_nothing_to_say_of_what_is_right = accepts(RULE, RIGHT)
