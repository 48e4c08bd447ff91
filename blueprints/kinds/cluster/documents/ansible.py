"""Ansible: playbooks and roles, the same for every site; what they work on is in the inventories.

Its own settings name no inventory: whoever runs a playbook says for which cluster.
"""

from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from blueprints.engine.blueprint import File, Owner
from blueprints.kinds.cluster.documents import inventory
from blueprints.parts.manifests import yaml_file

if TYPE_CHECKING:
    from blueprints.kinds.cluster.spec import Specification

_FOLDER = Path(__file__).parent.parent / "ansible"
_LINT = """\
How ansible-lint judges this repository: `ansible-lint --offline` from its top. What is no
Ansible is left out."""
_VARS = """\
Yours: defaults of roles that are other here, for all nodes. Each role names its own, with what
they mean, in roles/<role>/meta/argument_specs.yaml. What a specification says does not belong
here: change the specification."""


def files(spec: "Specification") -> Iterator[File]:
    """Everything under ``ansible/``, an inventory for each cluster, and ansible-lint's settings."""
    if not any(True for _ in inventory.files(spec)):
        return
    for path, content in _static():
        yield File(f"ansible/{path}", content)
    yield yaml_file("ansible/playbooks/group_vars/all.yaml", [{}], _VARS, Owner.USER)
    yield yaml_file(".ansible-lint", [lint()], _LINT, Owner.SHARED)
    yield from inventory.files(spec)


@cache
def _static() -> tuple[tuple[str, bytes], ...]:
    return tuple(
        (str(file.relative_to(_FOLDER)), file.read_bytes())
        for file in sorted(_FOLDER.rglob("*"))
        if file.is_file()
    )


def lint() -> dict[str, object]:
    """ansible-lint's strictest profile, on what is Ansible here."""
    return {
        "profile": "production",
        "offline": True,
        "exclude_paths": [".github/", ".tutela-base/", "argocd/", "clusters/", "tofu/", "spec.yaml"],
    }
