"""Which class reads which kind of source. Each is imported when one of its kind is read."""

from importlib import import_module
from pathlib import Path
from typing import cast

from governance.evidence.source import EvidenceSource
from governance.workspace.evidence import KINDS, Entry

LINKS = "links"
"""What people signed in the workspace itself; it needs no registration."""
STORE = "store"
"""What a scan reads in the bucket itself; it lies in the snapshot."""

_CLASSES = {
    "mlflow": "MlflowSource",
    "dvc": "DvcSource",
    "serving": "ServingSource",
    "jobs": "JobsSource",
    "code": "CodeSource",
    "images": "ImagesSource",
    "reads": "ReadsSource",
    LINKS: "LinksSource",
}
if set(_CLASSES) != {*KINDS, LINKS}:
    raise RuntimeError("every kind that can be registered has to have a class")


def open_source(kind: str, entry: Entry | None, base: Path) -> EvidenceSource:
    """Return the source of an entry; relative paths in it start from `base`. Nothing is asked.

    `links` has no entry. Raises EvidenceError for an entry that cannot be meant.
    """
    module = import_module(f"governance.evidence.{kind}.source")
    return cast(EvidenceSource, getattr(module, _CLASSES[kind])(entry, base))
