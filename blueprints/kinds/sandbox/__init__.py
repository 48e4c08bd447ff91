"""Sandboxes: a namespace, a Git repository and an ArgoCD project for each Waldur project."""

from pathlib import Path

from blueprints.engine.blueprint import Blueprint
from blueprints.kinds.sandbox.documents import documents
from blueprints.kinds.sandbox.spec import Specification

BLUEPRINT = Blueprint(
    name="sandbox",
    version=1,
    summary="namespaces, Git repositories and ArgoCD projects for the projects of a portal",
    spec=Specification,
    folder=Path(__file__).parent,
    documents=documents,
)
