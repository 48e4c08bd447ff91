"""The repositories that mutants are made of: the examples, and smaller ones cut out of one.

A mistake shows less in a small repository, where fewer neighbours say how it should be; and each of
the profiles, Gits, identity providers and CI systems renders documents of its own.
"""

from __future__ import annotations

import copy
from collections.abc import Callable
from pathlib import Path
from typing import Any

import yaml

from blueprints.engine import registry
from tests.blueprints.repositories import Example

Data = dict[str, Any]


def _github(site: Data) -> None:
    """Code and people at GitHub."""
    site["git"] |= {
        "type": "github",
        "url": "https://github.com",
        "organisation": "institute",
        "repository": "https://github.com/institute/sandboxes.git",
    }
    kept = ("issuer", "credentials", "administrators")
    identity = {key: site["identity"][key] for key in kept}
    site["identity"] = {"connector": "github", "organisation": "institute", **identity}


def _commercial(site: Data) -> None:
    """A Kubernetes as clouds sell it."""
    site["profile"] = "commercial"
    site["storage"]["scratch"] = None


def _gitlab(site: Data) -> None:
    """Checked by GitLab's CI."""
    site["ci"] = "gitlab"


_SITES: dict[str, tuple[str, str, tuple[Callable[[Data], None], ...]]] = {
    "rag": ("assistants", "papers", (_commercial, _github)),
    "agentic": ("assistants", "helper", (_github,)),
    "coding": ("assistants", "code", (_commercial, _gitlab)),
    "weather": ("climate", "forecast", (_gitlab,)),
    "governance": ("climate", "records", (_commercial,)),
}
"""Name, project, stack, and what is otherwise than in the example."""


def specifications(blueprint: str = "sandbox") -> dict[str, str]:
    """Every specification as text, by name; those of the examples are as they are."""
    files = sorted((registry.named(blueprint).folder / "examples").glob("*.yaml"))
    found = {file.stem: file.read_text(encoding="utf-8") for file in files}
    return {**found, **(_sandboxes(found["sandbox"]) if blueprint == "sandbox" else {})}


def _sandboxes(text: str) -> dict[str, str]:
    """Smaller sites, cut out of the example."""
    found = {}
    for name, (project, stack, changes) in _SITES.items():
        data = copy.deepcopy(yaml.safe_load(text))
        (one,) = (one for one in data["projects"] if one["name"] == project)
        one["stacks"] = [each for each in one["stacks"] if each["name"] == stack]
        data["projects"] = [one]
        for change in changes:
            change(data["site"])
        if data["site"]["profile"] == "commercial":
            _without_domains(one)
        found[name] = yaml.safe_dump(data, sort_keys=False)
    return found


def _without_domains(project: Data) -> None:
    """Networks that know addresses only; no scratch file system."""
    project.get("data", {}).pop("scratch", None)
    network = project.get("network", {})
    network["egress"] = [one for one in network.get("egress", []) if "fqdn" not in one]
    project["network"] = network


def rendered(folder: Path, blueprint: str = "sandbox") -> list[Path]:
    """Every repository of a blueprint, in folders of their own."""
    found = []
    for name, text in specifications(blueprint).items():
        file = folder / f"{name}.yaml"
        file.write_text(text, encoding="utf-8")
        found.append(Example(blueprint, name, file).render(folder / name))
    return found
