"""What renderers of trusted environments made, read back as values."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import yaml

from blueprints.engine.blueprint import File

Document = dict[str, Any]


def read(files: Iterable[File]) -> dict[str, list[Document]]:
    """Documents of YAML by the file that they stand in."""
    return {one.path: [*yaml.safe_load_all(one.content)] for one in files}


def every(files: Iterable[File], kind: str) -> dict[str, Document]:
    """Documents of a kind by their name."""
    return {
        one["metadata"]["name"]: one
        for documents in read(files).values()
        for one in documents
        if one.get("kind") == kind
    }
