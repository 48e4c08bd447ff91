"""``gitops/projects.yaml``: what Argo CD may deploy, from where, and whose signature it needs.

``strict``: every commit since the last seal is signed by one of the keys, not only the last.
Signatures are of GPG; Helm registries and OCI have none that Argo CD checks, hence no such source.
"""

from collections.abc import Iterator
from typing import TYPE_CHECKING

from blueprints.engine.blueprint import File
from blueprints.parts.argocd import IN_CLUSTER, Kind, app_project
from blueprints.parts.manifests import Document, yaml_file
from tce.render.charts import charts
from tce.render.kubernetes import places
from tce.render.kubernetes.namespaces import BUILT_IN

if TYPE_CHECKING:
    from tce.intent.spec import Specification

NAME = "platform"
_KINDS: tuple[Kind, ...] = (
    ("", "ConfigMap"),
    ("", "LimitRange"),
    ("", "PersistentVolumeClaim"),
    ("", "ResourceQuota"),
    ("", "Secret"),
    ("", "Service"),
    ("", "ServiceAccount"),
    ("apps", "Deployment"),
    ("argoproj.io", "AppProject"),
    ("argoproj.io", "Application"),
    ("cert-manager.io", "Certificate"),
    ("cert-manager.io", "Issuer"),
    ("cilium.io", "CiliumNetworkPolicy"),
    ("external-secrets.io", "ExternalSecret"),
    ("external-secrets.io", "SecretStore"),
    ("networking.k8s.io", "Ingress"),
    ("networking.k8s.io", "NetworkPolicy"),
    ("policy", "PodDisruptionBudget"),
    ("rbac.authorization.k8s.io", "Role"),
    ("rbac.authorization.k8s.io", "RoleBinding"),
)
_CLUSTER_KINDS: tuple[Kind, ...] = (
    ("", "Namespace"),
    ("admissionregistration.k8s.io", "ValidatingAdmissionPolicy"),
    ("admissionregistration.k8s.io", "ValidatingAdmissionPolicyBinding"),
    ("cilium.io", "CiliumClusterwideNetworkPolicy"),
    ("cilium.io", "CiliumL2AnnouncementPolicy"),
    ("cilium.io", "CiliumLoadBalancerIPPool"),
    ("rbac.authorization.k8s.io", "ClusterRole"),
    ("rbac.authorization.k8s.io", "ClusterRoleBinding"),
    ("storage.k8s.io", "StorageClass"),
)
_LONG = 16
"""Digits of a key's long id, by which Argo CD knows it."""


def files(spec: "Specification") -> Iterator[File]:
    """Both projects."""
    yield yaml_file("gitops/projects.yaml", list(projects(spec)))


def projects(spec: "Specification") -> Iterator[Document]:
    """``default`` allows nothing; the other one what is here."""
    yield app_project(
        "default",
        places.ARGOCD,
        part_of=places.PART,
        description="nothing: whoever names no project gets this one",
    )
    brought = list(charts(spec))
    spaces = {*BUILT_IN, *places.platform(spec), *(one.name for one in spec.sandboxes)}
    yield app_project(
        NAME,
        places.ARGOCD,
        part_of=places.PART,
        description="what this repository holds, and the charts that it names",
        sources=sources(spec),
        destinations=[{"server": IN_CLUSTER, "namespace": one} for one in sorted(spaces)],
        kinds=sorted({*_KINDS, *(kind for one in brought for kind in one.kinds)}),
        cluster_kinds=sorted(
            {*_CLUSTER_KINDS, *(kind for one in brought for kind in one.cluster_kinds)}
        ),
        integrity=integrity(spec),
    )


def sources(spec: "Specification") -> list[str]:
    """This repository, and the one with charts."""
    return [spec.git.repository, spec.git.charts]


def integrity(spec: "Specification") -> Document:
    """Signed by one of those whom the specification names, commit by commit."""
    return {
        "git": {
            "policies": [
                {
                    "repos": [{"url": one} for one in sources(spec)],
                    "gpg": {
                        "mode": "strict",
                        "keys": [key[-_LONG:] for key in spec.keys.signers],
                    },
                }
            ]
        }
    }
