"""Sheets for people: who has to do what. What is here is for the provider."""

from collections.abc import Iterator

from blueprints.engine.blueprint import File
from tce.intent.spec import Specification
from tce.render.handover import provider


def files(spec: Specification) -> Iterator[File]:
    """Those of ``handover/`` that are made from lists."""
    yield from provider.files(spec)
