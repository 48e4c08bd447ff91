"""The files of `policies/checks`, read once."""

from functools import cache
from importlib.resources import files
from typing import Any, TypeAlias

import yaml

Node: TypeAlias = dict[str, Any]


@cache
def read(name: str) -> Any:
    """Content of `policies/checks/<name>`; the file ships with the program and is well-formed."""
    text = files("policies").joinpath("checks", *name.split("/")).read_text(encoding="utf-8")
    return yaml.load(text, Loader=_loader())  # noqa: S506 - a safe loader


@cache
def read_list(name: str) -> list[Node]:
    """Content of `policies/checks/<name>`, a file that is a list."""
    content = read(name)
    assert isinstance(content, list)  # noqa: S101 - it ships with the program
    return content


@cache
def kinds() -> dict[str, Node | list[Node]]:
    """Every file of `policies/checks/kinds`, by name: one group, or a list of them."""
    folder = files("policies").joinpath("checks", "kinds")
    names = sorted(file.name for file in folder.iterdir() if file.name.endswith(".yaml"))
    return {name: read(f"kinds/{name}") for name in names}


def _loader() -> Any:
    return getattr(yaml, "CSafeLoader", yaml.SafeLoader)
