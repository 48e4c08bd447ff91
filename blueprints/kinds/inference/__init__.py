"""Model services: one folder for each model, for every site what starts it there, and by GitOps."""

from pathlib import Path

from blueprints.engine.blueprint import Blueprint
from blueprints.kinds.inference.documents import documents
from blueprints.kinds.inference.prose import prose
from blueprints.kinds.inference.spec import Specification

BLUEPRINT = Blueprint(
    name="inference",
    version=1,
    summary="model services for every way to start them, and who may change them",
    spec=Specification,
    folder=Path(__file__).parent,
    documents=documents,
    prose=prose,
    next=("tutela check", "tutela model compare"),
)
