"""Names of volumes that the class, passphrases and workloads share."""

from collections.abc import Iterator
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tce.intent.spec import Specification, Workload

CLASS = "tce-encrypted"
"""The only class, hence the default."""


def claim(workload: "Workload") -> str:
    """The claim of a workload that has storage."""
    return f"{workload.name}-data"


def claims(spec: "Specification") -> Iterator[tuple[str, str]]:
    """Namespace and name of every claim."""
    for sandbox in spec.sandboxes:
        for workload in sandbox.workloads:
            if workload.storage is not None:
                yield sandbox.name, claim(workload)
