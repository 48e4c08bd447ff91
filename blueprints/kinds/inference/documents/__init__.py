"""From a specification to every file that is not prose."""

from collections.abc import Iterator

from blueprints.engine.blueprint import File
from blueprints.kinds.inference.documents import (
    access,
    argocd,
    ci,
    models,
    protection,
    settings,
    storage,
)
from blueprints.kinds.inference.spec import Specification
from blueprints.supply import documents as supply


def documents(spec: Specification) -> Iterator[File]:
    """All files of the repository; pure."""
    yield from models.files(spec)
    yield from access.files(spec)
    yield from storage.files(spec)
    yield from argocd.files(spec)
    yield from protection.files(spec)
    yield from ci.files(spec)
    yield from settings.files(spec)
    yield from supply.files(spec)
