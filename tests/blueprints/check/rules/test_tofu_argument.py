"""Arguments that providers do not know, or that open what is to be closed."""

from pathlib import Path

import pytest

from blueprints.check.finding import Finding, NotChecked
from blueprints.check.repository import Repository
from blueprints.check.rules.tofu_argument import check
from blueprints.check.settings import load_settings


def told(folder: Path, text: str) -> list[Finding | NotChecked]:
    (folder / "main.tf").write_text(text, encoding="utf-8")
    repo = Repository(folder)
    return list(check(repo, load_settings(repo)))


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ('variable "a" {\n  type = string\n}\n', "variable a: description is missing"),
        ('varable "a" {\n}\n', "varable is no block (did you mean variable?)"),
        ("terraform {\n  backnd {\n  }\n}\n", "terraform: backnd is no block"),
        (
            'resource "maas_instance" "a" {\n  dynamic "deploy_params" {\n    for_eech = []\n'
            "    content {\n    }\n  }\n}\n",
            "dynamic deploy_params: for_eech is no argument (did you mean for_each?)",
        ),
        (
            'provider "vault" {\n  address = "http://v.example.org"\n}\n',
            'provider vault: address is "http://v.example.org" and has to be an address',
        ),
        ('resource "x" "y" {\n  lifecycle {\n    prevent_destroy = false\n  }\n}\n', "lifecycle:"),
        ('locals {\n  permissions = {\n    viewer = "write"\n  }\n}\n', "lets viewer write"),
        ('locals {\n  permissions = {\n    member = "admin"\n  }\n}\n', "makes member admin"),
        (
            'resource "github_team_members" "a" {\n  team_id = github_team.a.id\n'
            '  dynamic "members" {\n    content {\n      username = "a"\n    }\n  }\n}\n',
            "members: role is missing",
        ),
    ],
)
def test_an_argument_that_is_not_as_it_should_be(text: str, words: str, tmp_path: Path) -> None:
    messages = [one.message for one in told(tmp_path, text) if isinstance(one, Finding)]
    assert any(words in message for message in messages), messages


def test_resources_of_which_nothing_is_known_are_listed(tmp_path: Path) -> None:
    (one,) = told(tmp_path, 'resource "aws_s3_bucket" "a" {\n  anything = 1\n}\n')
    assert one == NotChecked(
        "tofu-argument", "no arguments of resource aws_s3_bucket are known", "main.tf"
    )
