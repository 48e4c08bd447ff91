"""``rke2/``, ``ansible/``, ``k8s/cni/``: a cluster of its own, which no Rancher manages.

RKE2 is installed by the institution's Ansible over SSH: whoever runs a Rancher has an agent with
all rights in each cluster that it made, and that would be the provider.
"""

from collections.abc import Iterator
from typing import TYPE_CHECKING

from tce.render.cluster import (
    admission,
    audit,
    cilium,
    encryption,
    guest,
    playbooks,
    registries,
    rke2,
    sysctl,
)

if TYPE_CHECKING:
    from blueprints.engine.blueprint import File
    from tce.intent.spec import Specification


def files(spec: "Specification") -> "Iterator[File]":
    """Everything that nodes start with."""
    yield from rke2.files(spec)
    yield from encryption.files(spec)
    yield from audit.files(spec)
    yield from admission.files(spec)
    yield from registries.files(spec)
    yield from sysctl.files(spec)
    yield from guest.files(spec)
    yield from cilium.files(spec)
    yield from playbooks.files(spec)
