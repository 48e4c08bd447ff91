"""Trusted environments: an isolated cluster whose keys only the institution holds."""

from pathlib import Path

from blueprints.engine.blueprint import Blueprint
from tce.intent.rules import dates
from tce.intent.spec import Specification
from tce.render import documents
from tce.render.prose import prose

BLUEPRINT = Blueprint(
    name="tce",
    version=1,
    summary="an isolated cluster whose keys only the institution holds, with proof",
    spec=Specification,
    folder=Path(__file__).parent,
    documents=documents,
    prose=prose,
    example="hospital",
    dated=dates.expired,
    next=("tutela tce prove", "tutela tce probe", "tutela check"),
)
