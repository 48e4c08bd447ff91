"""``k8s/storage/``: one class of volumes, encrypted in the guest, and no other.

Never Harvester's own driver: its volumes are the provider's to read. The passphrase of a volume is
OpenBao's; a node has it while the volume is mounted there.
"""

from collections.abc import Iterator
from typing import TYPE_CHECKING

from tce.render.storage import ceph, longhorn

if TYPE_CHECKING:
    from blueprints.engine.blueprint import File
    from tce.intent.spec import Specification


def files(spec: "Specification") -> "Iterator[File]":
    """The class, and what its driver has to know."""
    yield from (longhorn if spec.ceph is None else ceph).files(spec)
