"""Ansible: playbooks and roles, the same for every site; what they work on is in the inventories.

Its own settings name no inventory: whoever runs a playbook says for which cluster.
"""

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from blueprints.engine.blueprint import File, Owner
from blueprints.kinds.cluster.documents import inventory
from blueprints.parts.ansible import tree
from blueprints.parts.manifests import yaml_file

if TYPE_CHECKING:
    from blueprints.kinds.cluster.spec import Specification

_FOLDER = Path(__file__).parent.parent / "ansible"
_TOP = ("ansible.cfg", ".ansible-lint")
"""Read where somebody stands: in the top of the repository, as CI, people and ansible-lint do."""
_VARS = """\
Yours: what roles take by default and is other here, for all nodes. What there is to say is in
ansible/roles/<role>/meta/argument_specs.yaml. What a specification says does not belong here:
change the specification."""


def files(spec: "Specification") -> Iterator[File]:
    """Everything under ``ansible/``, its settings, and the inventories; nothing without nodes."""
    inventories = list(inventory.files(spec))
    if not inventories:
        return
    yield from tree(_FOLDER, _TOP)
    yield yaml_file("ansible/playbooks/group_vars/all.yaml", [{}], _VARS, Owner.USER)
    yield from inventories
