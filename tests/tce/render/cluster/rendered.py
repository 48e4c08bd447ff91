"""What a part makes of an example, read back."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

import yaml

from blueprints.engine.blueprint import File
from tce.intent.spec import Specification

Part = Callable[[Specification], Iterable[File]]


def texts(part: Part, spec: Specification) -> dict[str, str]:
    """Path -> text."""
    return {one.path: one.content.decode() for one in part(spec)}


def documents(part: Part, spec: Specification) -> list[dict[str, Any]]:
    """Every YAML document, in order."""
    return [
        document
        for path, text in texts(part, spec).items()
        if path.endswith(".yaml")
        for document in yaml.safe_load_all(text)
        if document is not None
    ]
