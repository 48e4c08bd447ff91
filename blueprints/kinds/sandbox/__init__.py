"""Sandboxes: a namespace, a Git repository and an ArgoCD project for each Waldur project."""

from datetime import datetime
from pathlib import Path

from blueprints.engine.blueprint import Asked, Blueprint, Portal
from blueprints.kinds.sandbox.documents import documents
from blueprints.kinds.sandbox.prose import prose
from blueprints.kinds.sandbox.spec import Specification


def _reconcile(asked: Asked) -> object:
    # Rendering needs neither a portal nor what edits YAML.
    from blueprints.kinds.sandbox.waldur.reconcile import reconcile

    return reconcile(asked)


def _begin(example: str, source: Path, now: datetime) -> str:
    from blueprints.kinds.sandbox.waldur.reconcile import begin

    return begin(example, source, now)


BLUEPRINT = Blueprint(
    name="sandbox",
    version=1,
    summary="namespaces, Git repositories and ArgoCD projects for the projects of a portal",
    spec=Specification,
    folder=Path(__file__).parent,
    documents=documents,
    prose=prose,
    portal=Portal(begin=_begin, reconcile=_reconcile),
)
