"""Whom OpenBao asks as whether a service account's token is right (TokenReview).

Without one, every account that logs in would need that right itself. Source: openbao.org/docs,
"Kubernetes auth method".
"""

from collections.abc import Iterator
from typing import TYPE_CHECKING

from blueprints.engine.blueprint import File
from blueprints.parts.manifests import Document, manifest, yaml_file

if TYPE_CHECKING:
    from tce.intent.spec import Specification

REVIEWER = "bao-reviewer"
NAMESPACE = "external-secrets"
_RBAC = "rbac.authorization.k8s.io"


def files(spec: "Specification") -> Iterator[File]:
    """``k8s/secrets/reviewer.yaml``; the same for every environment."""
    yield yaml_file("k8s/secrets/reviewer.yaml", list(documents()))


def documents() -> Iterator[Document]:
    """The account, and Kubernetes' own role for it."""
    yield manifest(
        "v1",
        "ServiceAccount",
        REVIEWER,
        part_of="platform",
        component="secrets",
        namespace=NAMESPACE,
        automountServiceAccountToken=False,
    )
    yield manifest(
        f"{_RBAC}/v1",
        "ClusterRoleBinding",
        REVIEWER,
        part_of="platform",
        component="secrets",
        roleRef={"apiGroup": _RBAC, "kind": "ClusterRole", "name": "system:auth-delegator"},
        subjects=[{"kind": "ServiceAccount", "name": REVIEWER, "namespace": NAMESPACE}],
    )
