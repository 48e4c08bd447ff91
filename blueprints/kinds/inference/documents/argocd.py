"""``argocd/``: what ArgoCD delivers, to whom it may deliver it, and the one that makes the others.

One root Application for each environment makes the Applications of its models; one AppProject for
each site lets them bring the kinds of a model service into that site's namespace and nothing else.
The roots' own project allows Applications alone. Projects, credentials and roots are put into the
cluster by who runs ArgoCD: nothing that this repository holds can widen what it may do.
"""

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING

from blueprints.engine.blueprint import File
from blueprints.kinds.inference.documents.storage import claimed
from blueprints.kinds.inference.placed import Placed, placed
from blueprints.parts.argocd import API, IN_CLUSTER, Kind, app_project
from blueprints.parts.manifests import Document, manifest, yaml_file
from blueprints.parts.secrets import external_secret

if TYPE_CHECKING:
    from blueprints.kinds.inference.spec import Argocd, Chart, Environment, Specification
    from blueprints.service.site import Site

CASCADE = "resources-finalizer.argocd.argoproj.io"
KINDS: Mapping[str, tuple[Kind, ...]] = {
    "kubernetes": (
        ("", "ConfigMap"),
        ("", "PersistentVolumeClaim"),
        ("", "Service"),
        ("", "ServiceAccount"),
        ("apps", "Deployment"),
        ("batch", "Job"),
        ("external-secrets.io", "ExternalSecret"),
        ("gateway.networking.k8s.io", "HTTPRoute"),
        ("leaderworkerset.x-k8s.io", "LeaderWorkerSet"),
        ("networking.k8s.io", "Ingress"),
        ("networking.k8s.io", "NetworkPolicy"),
        ("policy", "PodDisruptionBudget"),
    ),
    "vllm-chart": (
        ("", "ConfigMap"),
        ("", "PersistentVolumeClaim"),
        ("", "Secret"),
        ("", "Service"),
        ("apps", "Deployment"),
        ("autoscaling", "HorizontalPodAutoscaler"),
        ("batch", "Job"),
        ("external-secrets.io", "ExternalSecret"),
        ("gateway.networking.k8s.io", "HTTPRoute"),
        ("networking.k8s.io", "Ingress"),
        ("networking.k8s.io", "NetworkPolicy"),
        ("policy", "PodDisruptionBudget"),
    ),
    "production-stack": (
        ("", "ConfigMap"),
        ("", "PersistentVolumeClaim"),
        ("", "Secret"),
        ("", "Service"),
        ("", "ServiceAccount"),
        ("apps", "Deployment"),
        ("external-secrets.io", "ExternalSecret"),
        ("gateway.networking.k8s.io", "HTTPRoute"),
        ("networking.k8s.io", "Ingress"),
        ("networking.k8s.io", "NetworkPolicy"),
        ("policy", "PodDisruptionBudget"),
        ("ray.io", "RayCluster"),
        ("rbac.authorization.k8s.io", "Role"),
        ("rbac.authorization.k8s.io", "RoleBinding"),
    ),
}
"""What each way of delivering brings: of our manifests all that there can be, of a chart what its
templates make (vLLM examples/online_serving/chart-helm; production-stack 0.1.10 helm/templates)."""
_VALUES = "values"
BESIDE = "manifests"
"""Where a runtime that is values for a chart has what the chart does not make."""
_REPOSITORY = {"argocd.argoproj.io/secret-type": "repository"}


def files(spec: "Specification") -> Iterator[File]:
    """Nothing where no site has a cluster."""
    delivered = [one for one in placed(spec) if one.delivered is not None]
    if not delivered:
        return
    yield yaml_file("argocd/projects.yaml", list(projects(spec, delivered)))
    yield yaml_file("argocd/credentials.yaml", list(credentials(spec, delivered)))
    shared = [site for site, _ in claimed(spec)]
    for environment in spec.environments:
        mine = [one for one in delivered if one.site.name in environment.sites]
        if mine:
            yield yaml_file(f"argocd/{environment.name}/root.yaml", [root(spec, environment)])
        for site in shared:
            if site.name in environment.sites:
                path = f"argocd/{environment.name}/applications/{spec.name}-{site.name}.yaml"
                yield yaml_file(path, [common(spec, site)])
        for one in mine:
            path = f"argocd/{environment.name}/applications/{name(one)}.yaml"
            yield yaml_file(path, [application(spec, one)])


def name(one: Placed) -> str:
    """Of its Application."""
    return f"{one.model.name}-{one.site.name}"


def root_project(spec: "Specification") -> str:
    """Of the root Applications."""
    return f"{spec.name}-root"


def site_project(spec: "Specification", site: "Site") -> str:
    """Of the Applications of one site."""
    return f"{spec.name}-{site.name}"


def projects(spec: "Specification", delivered: list[Placed]) -> Iterator[Document]:
    """One for the roots, one for each site that something is delivered to."""
    argocd = spec.argocd
    yield app_project(
        root_project(spec),
        argocd.namespace,
        part_of=spec.name,
        description="the roots of model services: Applications and nothing else",
        sources=[spec.git.repository],
        destinations=[{"server": IN_CLUSTER, "namespace": argocd.namespace}],
        kinds=[("argoproj.io", "Application")],
    )
    for site in spec.sites:
        ways = {one.delivered.name for one in delivered if one.delivered and one.site == site}
        if not ways or site.kubernetes is None:
            continue
        charts = [chart.repository for chart in spec.charts if chart.runtime in ways]
        yield app_project(
            site_project(spec, site),
            argocd.namespace,
            part_of=spec.name,
            description=f"model services at {site.name}",
            sources=[spec.git.repository, *sorted(set(charts))],
            destinations=[_destination(argocd, site)],
            kinds=sorted({kind for way in ways for kind in KINDS[way]}),
            roles=[_role(spec, site)],
        )


def _role(spec: "Specification", site: "Site") -> Document:
    project = site_project(spec, site)
    rights = ("applications, get", "applications, sync", "logs, get")
    return {
        "name": "administrator",
        "description": "watch and sync model services",
        "groups": [spec.administrators],
        "policies": [
            f"p, proj:{project}:administrator, {right}, {project}/*, allow" for right in rights
        ],
    }


def credentials(spec: "Specification", delivered: list[Placed]) -> Iterator[Document]:
    """This repository, once for each project that reads it: a credential belongs to one. Charts
    the same way, where they ask who reads them."""
    argocd = spec.argocd
    projects = sorted({site_project(spec, one.site) for one in delivered})
    for project in (root_project(spec), *projects):
        name = f"repo-{project}"
        data = {"type": "git", "url": spec.git.repository, "project": project}
        yield _reader(spec, name, spec.git.credentials, data)
    used = {one.delivered.name for one in delivered if one.delivered}
    places = {one.repository: one for one in reversed(spec.charts) if one.runtime in used}
    for chart in sorted(places.values(), key=lambda one: one.name):
        name = f"repo-{spec.name}-{chart.name}"
        oci = {} if chart.repository.startswith("https://") else {"enableOCI": "true"}
        data = {"type": "helm", "name": name, "url": chart.repository, **oci}
        if chart.credentials is not None:
            for project in projects:
                own = {**data, "name": f"{name}-{project}", "project": project}
                yield _reader(spec, own["name"], chart.credentials, own)
            continue
        yield manifest(
            "v1",
            "Secret",
            name,
            namespace=argocd.namespace,
            part_of=spec.name,
            component="argocd",
            more_labels=_REPOSITORY,
            stringData=data,
        )


def _reader(spec: "Specification", name: str, key: str, data: Mapping[str, str]) -> Document:
    return external_secret(
        name,
        namespace=spec.argocd.namespace,
        part_of=spec.name,
        component="argocd",
        store={"kind": "ClusterSecretStore", "name": spec.argocd.store},
        key=key,
        properties={"username": "username", "password": "password"},
        labels=_REPOSITORY,
        template={**data, "username": "{{ .username }}", "password": "{{ .password }}"},
    )


def root(spec: "Specification", environment: "Environment") -> Document:
    """The app of apps of an environment. Without a finalizer: deleting it deletes nothing."""
    source: Document = {
        "repoURL": spec.git.repository,
        "targetRevision": spec.git.branch,
        "path": f"argocd/{environment.name}/applications",
    }
    return _application(
        spec,
        f"{spec.name}-{environment.name}",
        project=root_project(spec),
        sources=[source],
        destination={"server": IN_CLUSTER, "namespace": spec.argocd.namespace},
        annotations={"tutela/on-delete": "keep"},
    )


def application(spec: "Specification", one: Placed) -> Document:
    """One model at one site."""
    return _application(
        spec,
        name(one),
        project=site_project(spec, one.site),
        sources=list(_sources(spec, one)),
        destination=_destination(spec.argocd, one.site),
        cascade=spec.argocd.on_delete == "cascade",
        annotations={"tutela/on-delete": spec.argocd.on_delete},
    )


def common(spec: "Specification", site: "Site") -> Document:
    """What all models of a site have in common. Never deleted: weights are in it."""
    source: Document = {
        "repoURL": spec.git.repository,
        "targetRevision": spec.git.branch,
        "path": f"sites/{site.name}",
    }
    return _application(
        spec,
        f"{spec.name}-{site.name}",
        project=site_project(spec, site),
        sources=[source],
        destination=_destination(spec.argocd, site),
        annotations={"tutela/on-delete": "keep"},
    )


def _sources(spec: "Specification", one: Placed) -> Iterator[Document]:
    here: Document = {"repoURL": spec.git.repository, "targetRevision": spec.git.branch}
    way = one.delivered
    if way is None:
        return
    folder = f"{one.folder}/{way.name}"
    chart = chart_of(spec, way.name)
    if chart is None:
        yield {**here, "path": folder}
        return
    yield {
        "repoURL": chart.repository,
        "chart": chart.name,
        "targetRevision": chart.version,
        "helm": {
            "releaseName": one.service.name,
            "valueFiles": [f"${_VALUES}/{folder}/values.yaml"],
        },
    }
    beside = any(file.path.startswith(BESIDE) for file in way.write(one.service, one.site))
    yield {**here, "ref": _VALUES, **({"path": f"{folder}/{BESIDE}"} if beside else {})}


def chart_of(spec: "Specification", runtime: str) -> "Chart | None":
    """The chart that a runtime's values are for; None for one without."""
    return next((one for one in spec.charts if one.runtime == runtime), None)


def _destination(argocd: "Argocd", site: "Site") -> dict[str, str]:
    namespace = site.kubernetes.namespace if site.kubernetes else ""
    cluster = argocd.clusters.get(site.name)
    where = {"name": cluster} if cluster is not None else {"server": IN_CLUSTER}
    return {**where, "namespace": namespace}


def _application(
    spec: "Specification",
    name: str,
    *,
    project: str,
    sources: list[Document],
    destination: Mapping[str, str],
    annotations: Mapping[str, str],
    cascade: bool = False,
) -> Document:
    return manifest(
        API,
        "Application",
        name,
        namespace=spec.argocd.namespace,
        part_of=spec.name,
        component="argocd",
        annotations=annotations,
        finalizers=[CASCADE] if cascade else (),
        spec={
            "project": project,
            **({"source": sources[0]} if len(sources) == 1 else {"sources": sources}),
            "destination": dict(destination),
            "syncPolicy": {
                "automated": {"prune": True, "selfHeal": True, "allowEmpty": False},
                "syncOptions": ["ServerSideApply=true", "FailOnSharedResource=true"],
                "retry": {
                    "limit": 5,
                    "backoff": {"duration": "10s", "factor": 2, "maxDuration": "5m"},
                },
            },
        },
    )
