"""The first day of a project's own repository."""

from __future__ import annotations

import yaml

from blueprints import yamlfile
from blueprints.kinds.sandbox import BLUEPRINT
from blueprints.kinds.sandbox.spec import Specification
from tests.blueprints.kinds.sandbox.specifications import project, rendered, typed

EXAMPLE = yamlfile.parse(
    Specification, (BLUEPRINT.folder / "examples/sandbox.yaml").read_text(), "sandbox.yaml"
)


def test_there_is_one_application_for_each_folder_of_a_stack() -> None:
    made = rendered(EXAMPLE)
    for one in EXAMPLE.projects:
        top = f"projects/{one.name}/repository/"
        folders = {path.split("/")[4] for path in made if path.startswith(f"{top}stacks/")}
        assert folders
        apps = {path.removeprefix(f"{top}apps/") for path in made if path.startswith(f"{top}apps/")}
        assert apps == {f"{folder}.yaml" for folder in folders}


def test_an_application_stays_in_its_namespace_and_project() -> None:
    made = rendered(EXAMPLE)
    for path, text in made.items():
        if "/repository/apps/" not in path:
            continue
        name = path.split("/")[1]
        app = yaml.safe_load(text)
        assert app["metadata"]["namespace"] == name
        assert app["spec"]["project"] == name
        assert app["spec"]["destination"]["namespace"] == name
        assert app["spec"]["source"]["path"].startswith("stacks/")


def test_every_object_of_a_stack_is_of_a_kind_that_the_project_allows() -> None:
    made = rendered(EXAMPLE)
    for one in EXAMPLE.projects:
        allowed = yaml.safe_load(made[f"projects/{one.name}/argocd/project.yaml"])["spec"]
        kinds = {(entry["group"], entry["kind"]) for entry in allowed["namespaceResourceWhitelist"]}
        for path, text in made.items():
            if not path.startswith(f"projects/{one.name}/repository/stacks/"):
                continue
            if not path.endswith(".yaml") or "/templates/" in path:
                continue
            for document in yaml.safe_load_all(text):
                if not isinstance(document, dict) or "apiVersion" not in document:
                    continue
                group = document["apiVersion"].rpartition("/")[0]
                if "kind" in document and not group.startswith("kustomize"):
                    assert (group, document["kind"]) in kinds


def test_a_project_without_stacks_has_a_folder_for_its_applications() -> None:
    assert "projects/climate/repository/apps/.gitkeep" in rendered(typed(project()))
