"""The module: nobody of a project can delete its repository, and nothing reads beyond its part."""

from __future__ import annotations

import json
import re
from typing import Any

import pygohcl
import pytest

from tests.blueprints.kinds.sandbox.documents.test_tofu import SITES, files
from tests.blueprints.kinds.sandbox.specifications import GITHUB

FOLDER = "tofu/modules/sandbox"


def part(name: str, **changes: Any) -> dict[str, Any]:
    said: dict[str, Any] = pygohcl.loads(files(**changes)[f"{FOLDER}/{name}.tf"])
    return said


def test_destroying_a_repository_archives_it() -> None:
    assert part("git")["resource"]["gitea_repository"]["project"]["archive_on_destroy"] is True
    github = part("git", **GITHUB)["resource"]["github_repository"]["project"]
    assert github["archive_on_destroy"] is True
    assert github["visibility"] == "private"


def test_no_role_administers_the_repository() -> None:
    github = part("git", **GITHUB)["resource"]["github_team_repository"]["project"]
    assert github["for_each"] == {"admin": "maintain", "member": "push", "viewer": "pull"}
    assert part("git")["locals"]["permissions"] == {
        "admin": "write",
        "member": "write",
        "viewer": "read",
    }


@pytest.mark.parametrize("changes", SITES.values(), ids=SITES)
def test_no_secret_is_a_variable_or_in_the_state(changes: dict[str, Any]) -> None:
    text = "\n".join(made for path, made in files(**changes).items() if path.endswith(".tf"))
    assert not re.search(r"tls_private_key|deploy_key|password\s*=|token\s*=", text)


def test_the_store_gives_a_project_what_lies_below_its_prefix() -> None:
    text = files()[f"{FOLDER}/secrets.tf"]
    assert "${var.secrets.mount}/data/${var.secrets.prefix}/${var.project}/*" in text
    assert 'capabilities = ["read"]' in text


def test_every_variable_is_given_by_a_project_and_the_other_way_round() -> None:
    for changes in SITES.values():
        made = files(**changes)
        declared = set(pygohcl.loads(made[f"{FOLDER}/variables.tf"])["variable"])
        given = set(pygohcl.loads(made["tofu/projects/climate/main.tf"])["module"]["sandbox"])
        assert given - {"source"} == declared
        used = set(re.findall(r"var\.([a-z_]+)", json.dumps(made)))
        assert used == declared
