"""Whether OpenTofu code fits together."""

from pathlib import Path

import pytest

from blueprints.check.hcl_module import read_modules
from blueprints.check.hcl_resolve import Said, resolve
from tests.blueprints.check.places import repository


def found(folder: Path, text: str, **files: str) -> list[Said]:
    more = {name.replace("__", "/"): content for name, content in files.items()}
    modules = read_modules(repository(folder, {"main.tf": text, **more}))
    return list(resolve(modules[""], modules))


@pytest.mark.parametrize(
    ("text", "message", "hint"),
    [
        ('output "o" {\n  value = lenght([])\n}\n', "there is no function lenght", "length"),
        ('output "o" {\n  value = local.a\n}\n', "local a is not declared", ""),
        (
            'variable "members" {\n  type = string\n}\n'
            'output "o" {\n  value = "${var.member}${var.members}"\n}\n',
            "variable member is not declared",
            "did you mean members?",
        ),
        (
            'resource "github_team" "a" {\n  name = github_team.b.id\n}\n',
            "resource github_team.b is not declared",
            "",
        ),
        (
            'resource "github_team" "a" {\n  name = data.github_user.u.id\n}\n',
            "data source github_user.u is not declared",
            "",
        ),
        (
            'resource "github_team" "a" {\n  name = each.key\n}\n',
            "resource github_team.a uses each without for_each",
            "add for_each =",
        ),
        (
            'resource "github_team" "a" {\n  name = count.index\n}\n',
            "resource github_team.a uses count without count",
            "add count =",
        ),
        ('module "m" {\n  source = "./gone"\n}\n', "module m: there is no module in ./gone", ""),
        ('module "m" {\n  name = 1\n}\n', "module m has no source", "add source"),
        (
            'module "m" {\n  source = "example/m"\n}\n',
            "module m is taken from example/m without a version",
            "add version",
        ),
        (
            'output "o" {\n  value = 1\n}\noutput "o" {\n  value = 1\n}\n',
            "output o is declared again (first in main.tf:1)",
            "remove",
        ),
        (
            "terraform {\n  required_providers {\n    github = {\n"
            '      source = "a/b"\n    }\n  }\n}\nresource "gitea_team" "a" {}\n',
            "resource gitea_team.a: provider gitea is not in required_providers",
            "add gitea",
        ),
    ],
)
def test_what_does_not_resolve_is_told(text: str, message: str, hint: str, tmp_path: Path) -> None:
    (one,) = found(tmp_path, text)
    assert one.message == message
    assert one.error
    assert hint in one.hint


@pytest.mark.parametrize(
    ("type_", "default", "good"),
    [
        ("string", '"x"', True),
        ("string", "1", True),
        ("string", "[]", False),
        ("number", "1", True),
        ("number", '"x"', False),
        ("number", "true", False),
        ("bool", "false", True),
        ("bool", '"x"', False),
        ("list(string)", "[]", True),
        ("list(string)", '"x"', False),
        ("map(string)", "{}", True),
        ("object({ a = string })", '{ a = "b" }', True),
        ("set(string)", "{}", False),
        ("string", "null", True),
        ("any", "{}", True),
    ],
)
def test_a_default_is_of_the_variables_type(
    type_: str, default: str, good: bool, tmp_path: Path
) -> None:
    text = (
        f'variable "a" {{\n  type    = {type_}\n  default = {default}\n}}\n'
        'output "o" {\n  value = var.a\n}\n'
    )
    told = [one.message for one in found(tmp_path, text)]
    assert told == ([] if good else [f"the default of variable a is not of type {type_}"])


def test_values_are_for_variables(tmp_path: Path) -> None:
    text = 'variable "size" {\n  type = number\n}\noutput "o" {\n  value = var.size\n}\n'
    modules = read_modules(repository(tmp_path, {"main.tf": text, "a.tfvars": "sise = 1\n"}))
    (one,) = resolve(modules[""], modules)
    assert one.message == "gives a value to sise, which is no variable"
    assert one.hint == "did you mean size?"


def test_names_of_loops_are_no_references(tmp_path: Path) -> None:
    text = 'output "o" {\n  value = [for github_x in [] : github_x.id]\n}\n'
    assert found(tmp_path, text + 'resource "github_team" "a" {}\n') == []
