"""From a site's store into a volume of its cluster: a Job that leaves the mirror's record last."""

from typing import TYPE_CHECKING

from blueprints.engine.blueprint import File
from blueprints.parts.manifests import Document, manifest, yaml_file
from blueprints.parts.secrets import external_secret_of
from blueprints.runtimes import registry
from blueprints.service.service import MODELS, Service
from blueprints.supply.cluster import COMPONENT, container, pod_metadata, pod_security
from blueprints.supply.step import fetch

if TYPE_CHECKING:
    from blueprints.service.model import Model
    from blueprints.service.site import Kubernetes, Site
    from blueprints.supply.spec import Supply
    from blueprints.supply.step import Step

_HEADER = """\
Fills the volume that the model is served from: kubectl apply --filename fetch.yaml.
Not delivered by ArgoCD, which would start it again after every change; a Job that is done is
removed after a day. Compares every file with the record of the mirror."""


def claimed(service: Service, site: "Site") -> tuple[str, str] | None:
    """The claim that a service's weights are read from and where it is mounted; None for a site
    that nothing of a cluster starts it at. vLLM's chart has a claim of its own for each release."""
    for runtime in registry.fitting(service, site):
        if runtime.where == "cluster":
            if runtime.name == "vllm-chart":
                return f"{service.name}-storage-claim", "/data"
            return next(one.claim for one in service.mounts if one.target == MODELS), MODELS
    return None


def file(
    model: "Model", site: "Site", where: "Kubernetes", supply: "Supply", claim: str, folder: str
) -> File:
    """Secret and Job; ``folder`` is where the claim is mounted in the container."""
    name = f"{model.name}-fetch"
    inside = MODELS if folder == MODELS else f"{folder}{MODELS}"
    step = fetch(model, site, supply, inside)
    documents = [
        external_secret_of(
            name,
            namespace=where.namespace,
            part_of=model.name,
            component=COMPONENT,
            store={"kind": "ClusterSecretStore", "name": where.secret_store},
            entries=[(variable, key, variable.lower()) for variable, key in step.secrets.items()],
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
                "activeDeadlineSeconds": 86_400,
                "ttlSecondsAfterFinished": 86_400,
                "template": {
                    "metadata": pod_metadata(model, where),
                    "spec": _pod(step, site, where, name, claim, folder),
                },
            },
        ),
    ]
    return yaml_file("fetch.yaml", documents, _HEADER)


def _pod(
    step: "Step", site: "Site", where: "Kubernetes", name: str, claim: str, folder: str
) -> Document:
    volumes: list[Document] = [
        {"name": "models", "persistentVolumeClaim": {"claimName": claim}},
        {"name": "tmp", "emptyDir": {"sizeLimit": "1Gi"}},
    ]
    if site.certificates is not None:
        volumes.append({"name": "certificates", "configMap": {"name": "certificates"}})
    return {
        "restartPolicy": "OnFailure",
        "serviceAccountName": name,
        "automountServiceAccountToken": False,
        "enableServiceLinks": False,
        "nodeSelector": {"kubernetes.io/arch": step.image.architecture},
        "securityContext": pod_security(where),
        "containers": [container(step, name, site, folder)],
        "volumes": volumes,
    }
