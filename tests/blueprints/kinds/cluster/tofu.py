"""OpenTofu's part of a repository of clusters, written down, and evaluated by Terraform itself."""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path
from typing import Any

import pygohcl

from blueprints.kinds.cluster.documents import data, tofu
from blueprints.kinds.cluster.spec import Specification
from tests.blueprints.kinds.cluster.specifications import typed
from tests.labs.providers.documented import KUBERNETES, MAAS
from tests.labs.providers.oracle import kept
from tests.labs.providers.schema import Provider
from tests.labs.terraform import Terraform

MODULES = ("cluster", "registration", "machines")
WITHOUT_ORACLE = (KUBERNETES, MAAS)
"""By their documentation: no package was generated from them."""
_DIR = "get_terragrunt_dir()"


def providers() -> tuple[Provider, ...]:
    """Stand-ins for every provider of the modules."""
    return (kept()["pulumi_rancher2"], *WITHOUT_ORACLE)


@cache
def files() -> dict[str, str]:
    """What is rendered of the specification that tests start from."""
    return rendered(typed())


def rendered(spec: Specification) -> dict[str, str]:
    """Data of the clusters, and everything of OpenTofu and Terragrunt."""
    made = (*data.files(spec), *tofu.files(spec))
    return {one.path: one.content.decode() for one in made}


@cache
def parsed(path: str) -> dict[str, Any]:
    """A file of :func:`files` as HashiCorp's parser reads it; expressions are their text."""
    found: dict[str, Any] = pygohcl.loads(files()[path], keep_interpolations=True)
    return found


def write(folder: Path, texts: dict[str, str]) -> Path:
    """The folder with files in it."""
    for path, text in texts.items():
        file = folder / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text)
    return folder


def evaluated(repository: Path, terraform: Terraform, work: Path) -> dict[str, dict[str, Any]]:
    """Folder of each unit -> what its ``inputs`` come to, and the text of its backend.

    Terraform has all functions but Terragrunt's own, which are replaced by what they would give:
    the unit's folder, nothing from the environment, the outputs of dependencies that are mocked.
    """
    lines = []
    for number, unit in enumerate(sorted(repository.glob("clusters/*/*/*/terragrunt.hcl"))):
        name = f"unit{number}"
        folder = work / name
        folder.mkdir(parents=True)
        (folder / "inputs.tf").write_text(_as_module(unit, "inputs", _INPUTS, unit.parent))
        (folder / "root").mkdir()
        root = _as_module(repository / "tofu/root.hcl", "state", _STATE, unit.parent)
        (folder / "root/state.tf").write_text(root)
        lines += [
            f'module "{name}" {{\n  source = "./{name}"\n}}\n',
            f'module "{name}-root" {{\n  source = "./{name}/root"\n}}\n',
            f'output "{unit.parent.relative_to(repository).as_posix().replace("/", "_")}" {{\n'
            f"  value = {{ inputs = module.{name}.inputs, "
            f"state = module.{name}-root.state }}\n}}\n",
        ]
    (work / "main.tf").write_text("\n".join(lines))
    return {name.replace("_", "/"): one for name, one in terraform.outputs(work).items()}


_INPUTS = re.compile(r"^inputs = (\{\n.*?^\}\n)", re.MULTILINE | re.DOTALL)
_STATE = re.compile(r"^  contents +(?:= )(<<-EOT\n.*?^ +EOT\n)", re.MULTILINE | re.DOTALL)
_LOCALS = re.compile(r"^locals \{\n.*?^\}\n", re.MULTILINE | re.DOTALL)


def _as_module(file: Path, output: str, value: re.Pattern[str], unit: Path) -> str:
    """The locals of a file of Terragrunt, and one of its values as an output."""
    text = file.read_text()
    locals_, found = _LOCALS.search(text), value.search(text)
    assert locals_
    assert found
    made = f'{locals_[0]}\noutput "{output}" {{\n  value = {found[1]}}}\n'
    made = made.replace(f"${{{_DIR}}}", str(unit)).replace(_DIR, f'"{unit}"')
    made = re.sub(r"get_env\([^)]*\)", '"from the environment"', made)
    return re.sub(r"dependency\.\w+\.outputs\.(\w+)", r'"mock of \1"', made)
