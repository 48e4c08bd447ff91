"""Names of volumes that the class, passphrases and workloads share."""

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tce.intent.spec import Specification, Workload

CLASS = "tce-encrypted"
"""The only class, hence the default."""
DEFAULT = {"storageclass.kubernetes.io/is-default-class": "true"}


def secrets(pairs: Iterable[str], name: str, namespace: str) -> dict[str, object]:
    """A class's parameters: which Secret each of a CSI driver's calls is given."""
    ends = (("name", name), ("namespace", namespace))
    return {f"csi.storage.k8s.io/{pair}-secret-{end}": text for pair in pairs for end, text in ends}


def claim(workload: "Workload") -> str:
    """The claim of a workload that has storage."""
    return f"{workload.name}-data"


def claims(spec: "Specification") -> Iterator[tuple[str, str]]:
    """Namespace and name of every claim."""
    for sandbox in spec.sandboxes:
        for workload in sandbox.workloads:
            if workload.storage is not None:
                yield sandbox.name, claim(workload)
