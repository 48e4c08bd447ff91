"""``gitops/root.yaml`` and ``gitops/applications/``: which folder is deployed, and in which order.

Policies come first: nothing of the platform starts before it is known what it may do. Everything
that a folder takes away is taken away in the cluster too, but for what holds data.
"""

from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING

from blueprints.engine.blueprint import File
from blueprints.parts.argocd import API, IN_CLUSTER
from blueprints.parts.manifests import Document, manifest, yaml_file
from tce.render.charts import Chart, charts
from tce.render.gitops.projects import NAME as PROJECT
from tce.render.kubernetes import places

if TYPE_CHECKING:
    from tce.intent.spec import Specification

_FOLDERS = (
    ("policy", "k8s/policy", 0),
    ("secrets", "k8s/secrets", 3),
    ("storage", "k8s/storage", 4),
    ("pki", "k8s/pki", 4),
    ("ingress", "k8s/ingress", 5),
    ("identity", "k8s/identity", 5),
    ("argocd", "gitops/settings", 5),
)
"""Name, folder and wave."""
_CHARTS, _SANDBOXES = 1, 6
_ROOT = """\
Made by hand, once, when the projects are there and keys of signers are in argocd-gpg-keys-cm:
kubectl apply -f gitops/projects.yaml -f gitops/root.yaml"""


def files(spec: "Specification") -> Iterator[File]:
    """The root, and one file for each Application."""
    yield yaml_file("gitops/root.yaml", [_folder(spec, "root", "gitops/applications", None)], _ROOT)
    for one in (*_folders(spec), *(_chart(spec, chart) for chart in charts(spec))):
        metadata = one["metadata"]
        assert isinstance(metadata, dict)  # noqa: S101 - of manifest
        yield yaml_file(f"gitops/applications/{metadata['name']}.yaml", [one])


def _folders(spec: "Specification") -> Iterator[Document]:
    for name, folder, wave in _FOLDERS:
        yield _folder(spec, name, folder, wave)
    for one in spec.sandboxes:
        path = f"k8s/sandboxes/{one.name}"
        yield _folder(spec, f"sandbox-{one.name}", path, _SANDBOXES, one.name)


def _folder(
    spec: "Specification",
    name: str,
    path: str,
    wave: int | None,
    namespace: str = places.ARGOCD,
) -> Document:
    source: Document = {
        "repoURL": spec.git.repository,
        "targetRevision": spec.git.branch,
        "path": path,
    }
    if name.startswith("sandbox-"):
        source["directory"] = {"recurse": True}
    return _application(name, [source], wave, namespace)


def _chart(spec: "Specification", one: Chart) -> Document:
    chart: Document = {
        "repoURL": spec.git.charts,
        "targetRevision": spec.git.branch,
        "path": one.path,
    }
    if one.file is None:
        chart["helm"] = {"releaseName": one.name, "valuesObject": dict(one.values)}
        return _application(one.name, [chart], _CHARTS, one.namespace)
    chart["helm"] = {"releaseName": one.name, "valueFiles": [f"$values/{one.file}"]}
    values = {
        "repoURL": spec.git.repository,
        "targetRevision": spec.git.branch,
        "ref": "values",
    }
    return _application(one.name, [chart, values], _CHARTS, one.namespace)


def _application(
    name: str, sources: Sequence[Mapping[str, object]], wave: int | None, namespace: str
) -> Document:
    annotations = {"tutela/on-delete": "keep"}
    if wave is not None:
        annotations["argocd.argoproj.io/sync-wave"] = str(wave)
    return manifest(
        API,
        "Application",
        name,
        namespace=places.ARGOCD,
        part_of=places.PART,
        component="argocd",
        annotations=annotations,
        spec={
            "project": PROJECT,
            **({"source": dict(sources[0])} if len(sources) == 1 else {"sources": list(sources)}),
            "destination": {"server": IN_CLUSTER, "namespace": namespace},
            "syncPolicy": {
                "automated": {"prune": True, "selfHeal": True, "allowEmpty": False},
                "syncOptions": ["FailOnSharedResource=true", "ServerSideApply=true"],
                "retry": {
                    "limit": 5,
                    "backoff": {"duration": "10s", "factor": 2, "maxDuration": "5m"},
                },
            },
        },
    )
