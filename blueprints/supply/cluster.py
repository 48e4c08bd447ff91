"""Steps as a Job of Kubernetes: downloaded into a volume of its own, then sent to the store."""

from typing import TYPE_CHECKING, Final

from blueprints.engine.blueprint import File
from blueprints.parts.manifests import (
    Document,
    labels,
    manifest,
    restricted_container,
    restricted_pod,
    yaml_file,
)
from blueprints.parts.names import thousandths
from blueprints.parts.secrets import external_secret_of
from blueprints.runtimes.writing.pods import escaped
from blueprints.service.service import CERTIFICATES, MODELS

if TYPE_CHECKING:
    from blueprints.service.model import Model
    from blueprints.service.site import Kubernetes, Site
    from blueprints.supply.step import Step

COMPONENT: Final = "mirror"
USER: Final = 65_532
UNKNOWN: Final = 1 << 40
"""Bytes of weights where a model's shape does not say how many."""
_HEADER = """\
Mirrors a model: kubectl apply --filename mirror.yaml. Not delivered by ArgoCD, which
would start it again after every change; a Job that is done is removed after a day."""


def file(model: "Model", site: "Site", where: "Kubernetes", steps: tuple["Step", "Step"]) -> File:
    """Secret, account and Job. Its volume holds weights twice: Git has them until it is done."""
    name = f"{model.name}-mirror"
    download, upload = steps
    secrets = {**download.secrets, **upload.secrets}
    documents = [
        external_secret_of(
            name,
            namespace=where.namespace,
            part_of=model.name,
            component=COMPONENT,
            store={"kind": "ClusterSecretStore", "name": where.secret_store},
            entries=[(variable, key, variable.lower()) for variable, key in secrets.items()],
        ),
        manifest(
            "v1",
            "ServiceAccount",
            name,
            namespace=where.namespace,
            part_of=model.name,
            component=COMPONENT,
            automountServiceAccountToken=False,
        ),
        manifest(
            "batch/v1",
            "Job",
            name,
            namespace=where.namespace,
            part_of=model.name,
            component=COMPONENT,
            spec={
                "backoffLimit": 5,
                "activeDeadlineSeconds": 2 * 86_400,
                "ttlSecondsAfterFinished": 86_400,
                "template": {
                    "metadata": pod_metadata(model, where),
                    "spec": {
                        "restartPolicy": "OnFailure",
                        "serviceAccountName": name,
                        "automountServiceAccountToken": False,
                        "enableServiceLinks": False,
                        "nodeSelector": {"kubernetes.io/arch": download.image.architecture},
                        "securityContext": pod_security(where),
                        "initContainers": [container(download, name, site)],
                        "containers": [container(upload, name, site)],
                        "volumes": _volumes(model, site, where),
                    },
                },
            },
        ),
    ]
    return yaml_file("mirror.yaml", documents, _HEADER)


def pod_metadata(model: "Model", where: "Kubernetes") -> Document:
    """Of a pod that carries a model."""
    found: Document = {"labels": labels(model.name, COMPONENT)}
    if where.openshift:
        found["annotations"] = {"openshift.io/required-scc": "restricted-v2"}
    return found


def pod_security(where: "Kubernetes") -> Document:
    """Of a pod that carries a model: nobody in particular."""
    if where.openshift:
        # OpenShift gives every namespace users of its own and refuses others.
        return {"runAsNonRoot": True, "seccompProfile": {"type": "RuntimeDefault"}}
    return restricted_pod(USER)


def container(step: "Step", secret: str, site: "Site", folder: str = MODELS) -> Document:
    """One step, its secrets from a Secret, the volume ``models`` at a folder."""
    mounts: list[Document] = [
        {"name": "models", "mountPath": folder},
        {"name": "tmp", "mountPath": "/tmp"},  # noqa: S108 - the container's
    ]
    if site.certificates is not None:
        mounts.append({"name": "certificates", "mountPath": CERTIFICATES, "readOnly": True})
    return {
        "name": step.name,
        "image": step.image.reference,
        # No variable is called as what stands in $(..) of a script, and then the kubelet leaves it.
        "command": [step.shell, "-c", step.script, step.name],
        "args": [escaped(word) for word in step.arguments],
        "env": [
            *({"name": name, "value": escaped(text)} for name, text in step.environment.items()),
            *(
                {"name": name, "valueFrom": {"secretKeyRef": {"name": secret, "key": name}}}
                for name in step.secrets
            ),
        ],
        "resources": {
            "requests": {"cpu": "1", "memory": "4Gi", "ephemeral-storage": "1Gi"},
            "limits": {"cpu": "4", "memory": "4Gi", "ephemeral-storage": "1Gi"},
        },
        "securityContext": restricted_container(),
        "volumeMounts": mounts,
    }


def _volumes(model: "Model", site: "Site", where: "Kubernetes") -> list[Document]:
    said = model.shape.weights if model.shape else None
    weights = thousandths(said) // 1000 if said else UNKNOWN
    claim = {
        "accessModes": ["ReadWriteOnce"],
        "storageClassName": where.storage_class,
        "resources": {"requests": {"storage": f"{-(-weights * 22 // 10 >> 30)}Gi"}},
    }
    volumes: list[Document] = [
        {"name": "models", "ephemeral": {"volumeClaimTemplate": {"spec": claim}}},
        {"name": "tmp", "emptyDir": {"sizeLimit": "1Gi"}},
    ]
    if site.certificates is not None:
        volumes.append({"name": "certificates", "configMap": {"name": "certificates"}})
    return volumes
