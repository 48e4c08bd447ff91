import re
from typing import Any

import pytest

from blueprints.engine import render
from blueprints.kinds.sandbox import BLUEPRINT
from tests.blueprints.kinds.sandbox.specifications import GITHUB, project, typed
from tests.blueprints.kinds.sandbox.stacks.made import STACKS, spec

HOSTILE = "{{ 7 * 7 }} ${HOME} `id` <script>\u00e9"


def readmes(read: Any) -> dict[str, str]:
    files = render.render(BLUEPRINT, read)
    return {one.path: one.content.decode() for one in files if one.path.endswith("README.md")}


@pytest.mark.parametrize("kind", STACKS)
def test_every_stack_says_which_secrets_it_needs(kind: str) -> None:
    read = spec(STACKS[kind])
    name = STACKS[kind]["name"]
    text = readmes(read)[f"projects/climate/repository/stacks/{name}/README.md"]
    said = set(re.findall(r"^    put (\S+)", text, re.MULTILINE))
    asked = {
        key.removeprefix("sandboxes/climate/")
        for file in render.render(BLUEPRINT, read)
        if f"/stacks/{name}/" in file.path and file.path.endswith(".yaml")
        for key in re.findall(
            r"^ +key: (sandboxes/climate/\S+)", file.content.decode(), re.MULTILINE
        )
    }
    assert said == asked


@pytest.mark.parametrize("kind", STACKS)
def test_readmes_have_no_line_that_nobody_can_read(kind: str) -> None:
    for path, text in readmes(spec(STACKS[kind])).items():
        assert "{{" not in text, path
        assert "{%" not in text, path
        assert "\n\n\n" not in text, path
        lengths = [len(line) for line in text.splitlines() if not line.startswith(("|", "    "))]
        assert max(lengths) < 160, path


def test_titles_are_no_part_of_prose() -> None:
    for path, text in readmes(typed(project(title=HOSTILE))).items():
        assert "script" not in text, path
        assert "49" not in text, path


def test_the_top_says_whose_credentials_the_job_needs() -> None:
    assert "KEYCLOAK_CLIENT_SECRET" in readmes(typed(project()))["README.md"]
    text = readmes(typed(project(), **GITHUB))["README.md"]
    assert "`TOFU_GITHUB_TOKEN`" in text
    assert "KEYCLOAK" not in text
    assert "portal" not in readmes(typed(project(), waldur=None))["README.md"]


def test_what_gets_deleted_is_said_as_it_is() -> None:
    keep = {"url": "https://argocd.example.org", "on_delete": "keep"}
    cascade = {**keep, "on_delete": "cascade"}
    assert "deletes nothing that runs" in readmes(typed(project(), argocd=keep))["README.md"]
    assert "deletes what runs in it" in readmes(typed(project(), argocd=cascade))["README.md"]


def test_a_project_without_stacks_is_told_how_to_begin() -> None:
    text = readmes(typed(project()))["projects/climate/repository/README.md"]
    assert "Make `apps/NAME.yaml`" in text
    assert (
        "Copy a file in `apps/`"
        in readmes(spec(STACKS["rag"]))["projects/climate/repository/README.md"]
    )
