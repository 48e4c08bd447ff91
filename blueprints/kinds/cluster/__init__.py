"""Clusters: Rancher, OpenTofu, ArgoCD and Ansible for the clusters of a site."""

from pathlib import Path

from blueprints.engine.blueprint import Blueprint
from blueprints.kinds.cluster.documents import documents
from blueprints.kinds.cluster.drawing import drawing
from blueprints.kinds.cluster.promotion import PROMOTION
from blueprints.kinds.cluster.prose import prose
from blueprints.kinds.cluster.spec import Specification

BLUEPRINT = Blueprint(
    name="cluster",
    version=1,
    summary="Kubernetes clusters of virtual machines, bare metal and nodes of a supercomputer",
    spec=Specification,
    folder=Path(__file__).parent,
    documents=documents,
    prose=prose,
    promotion=PROMOTION,
    drawing=drawing,
)
