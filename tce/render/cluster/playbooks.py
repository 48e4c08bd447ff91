"""Ansible: playbooks and roles, the same for every environment; what they work on is the inventory.

``ansible.cfg`` lies at the top of the repository: there people and CI stand, there ansible-lint
looks.
"""

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from blueprints.engine.blueprint import File, Owner
from blueprints.parts.ansible import tree
from blueprints.parts.manifests import yaml_file
from tce.render.cluster import inventory

if TYPE_CHECKING:
    from tce.intent.spec import Specification

_FOLDER = Path(__file__).parent / "ansible"
_TOP = ("ansible.cfg",)
_VARS = """\
Yours: where programs come from (programs_source), their SHA-256 (programs_checksums), and what else
roles take by default and is other here. What there is to say is in
ansible/roles/<role>/meta/argument_specs.yaml. No secret belongs here: those come from the
environment of the job."""


def files(spec: "Specification") -> Iterator[File]:
    """Everything under ``ansible/``, its settings, and the inventory."""
    yield from tree(_FOLDER, _TOP)
    yield yaml_file("ansible/playbooks/group_vars/all.yaml", [{}], _VARS, Owner.USER)
    yield from inventory.files(spec)
