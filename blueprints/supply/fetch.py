"""From a site's store into a volume of its cluster: a Job that leaves the mirror's record last."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from blueprints.engine.blueprint import File
from blueprints.parts.manifests import Document, manifest, yaml_file
from blueprints.parts.secrets import external_secret_of
from blueprints.runtimes import registry
from blueprints.runtimes.writing.pods import tolerations
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


@dataclass(frozen=True)
class Place:
    """Where a service reads its weights from in a cluster."""

    claim: str
    folder: str
    """Where the claim is mounted."""
    beside: Mapping[str, str] | None = None
    """Labels of the pod that holds the claim, which one node at a time can mount: the Job has to
    run on that node."""


def place(service: Service, site: "Site") -> Place | None:
    """Of the site's first runtime of a cluster; None where there is none. vLLM's chart has a claim
    of its own for each release, and its pod holds it while it waits for the weights."""
    for runtime in registry.fitting(service, site):
        if runtime.where == "cluster":
            if runtime.name == "vllm-chart":
                return Place(f"{service.name}-storage-claim", "/data", {"release": service.name})
            claim = next(one.claim for one in service.mounts if one.target == MODELS)
            return Place(claim, MODELS)
    return None


def file(model: "Model", site: "Site", where: "Kubernetes", supply: "Supply", place: Place) -> File:
    """Secret, account and Job."""
    name = f"{model.name}-fetch"
    inside = MODELS if place.folder == MODELS else f"{place.folder}{MODELS}"
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
                    "spec": _pod(step, site, where, name, place),
                },
            },
        ),
    ]
    return yaml_file("fetch.yaml", documents, _HEADER)


def _pod(step: "Step", site: "Site", where: "Kubernetes", name: str, place: Place) -> Document:
    volumes: list[Document] = [
        {"name": "models", "persistentVolumeClaim": {"claimName": place.claim}},
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
        **(_together(site, place.beside) if place.beside else {}),
        "securityContext": pod_security(where),
        "containers": [container(step, name, site, place.folder)],
        "volumes": volumes,
    }


def _together(site: "Site", labels: Mapping[str, str]) -> Document:
    """On the node of a pod, wherever that may run."""
    term = {"labelSelector": {"matchLabels": dict(labels)}, "topologyKey": "kubernetes.io/hostname"}
    return {
        "affinity": {
            "podAffinity": {"requiredDuringSchedulingIgnoredDuringExecution": [term]},
        },
        "tolerations": tolerations(site),
    }
