"""The files of `policies/checks`, read once."""

from functools import cache
from importlib.resources import files
from typing import Any, TypeAlias

import yaml

Node: TypeAlias = dict[str, Any]


@cache
def read(name: str) -> Node:
    """Content of `policies/checks/<name>`; the file ships with the program and is well-formed."""
    text = files("policies").joinpath("checks", *name.split("/")).read_text(encoding="utf-8")
    content: Node = yaml.load(text, Loader=_loader())  # noqa: S506 - a safe loader
    return content


@cache
def kinds() -> dict[str, Node]:
    """Every file of `policies/checks/kinds`, by name."""
    folder = files("policies").joinpath("checks", "kinds")
    names = sorted(file.name for file in folder.iterdir() if file.name.endswith(".yaml"))
    return {name: read(f"kinds/{name}") for name in names}


def _loader() -> Any:
    return getattr(yaml, "CSafeLoader", yaml.SafeLoader)
