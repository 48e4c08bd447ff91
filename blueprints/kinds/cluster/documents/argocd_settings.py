"""``argocd/settings`` and ``argocd/platform.yaml``: what ArgoCD itself has to know.

Waves between Applications order something only where ArgoCD judges the health of Applications,
which it has not done by itself since 1.8 (argo-cd#4577, #6708): the judgement is put back here.
"""

from collections.abc import Iterator
from typing import TYPE_CHECKING

from blueprints.emit.yaml import yaml_text
from blueprints.engine.blueprint import File
from blueprints.kinds.cluster.components.component import Upstream
from blueprints.kinds.cluster.documents.components import used
from blueprints.kinds.cluster.documents.projects import PART, PLATFORM
from blueprints.parts.argocd import API, HEALTH, HEALTH_SCRIPT, IN_CLUSTER
from blueprints.parts.manifests import Document, manifest, yaml_file

if TYPE_CHECKING:
    from blueprints.kinds.cluster.site import Site
    from blueprints.kinds.cluster.spec import Specification

LOGIN = "argocd-oidc"
"""The Secret with the password of ArgoCD's own client at the identity provider."""
# What a cluster makes and forgets by itself by the thousand: nothing that Git says anything of.
_EXCLUDED = (
    ("", ("Endpoints",)),
    ("cilium.io", ("CiliumIdentity", "CiliumEndpoint", "CiliumEndpointSlice")),
    ("authentication.k8s.io", ("SelfSubjectReview", "TokenReview")),
    (
        "authorization.k8s.io",
        (
            "LocalSubjectAccessReview",
            "SelfSubjectAccessReview",
            "SelfSubjectRulesReview",
            "SubjectAccessReview",
        ),
    ),
    ("certificates.k8s.io", ("CertificateSigningRequest",)),
    ("coordination.k8s.io", ("Lease",)),
    ("discovery.k8s.io", ("EndpointSlice",)),
    ("cert-manager.io", ("CertificateRequest",)),
    ("kueue.x-k8s.io", ("Workload",)),
)


def files(spec: "Specification") -> Iterator[File]:
    """The settings, the readers of repositories, and the one Application that is made by hand."""
    site = spec.site
    yield yaml_file("argocd/settings/settings.yaml", list(settings(site)))
    yield yaml_file("argocd/settings/repositories.yaml", list(repositories(spec)))
    yield yaml_file("argocd/platform.yaml", [platform(site)], _BY_HAND)


_BY_HAND = """\
The only object that is made by hand, once: kubectl apply -f argocd/platform.yaml
From then on ArgoCD keeps its own settings, projects and environments as they are here."""


def settings(site: "Site") -> Iterator[Document]:
    """How ArgoCD knows its own, whom it lets in, and when an Application is healthy."""
    login = {
        "name": "OIDC",
        "issuer": site.identity.issuer,
        "clientID": "argocd",
        "clientSecret": f"${LOGIN}:client_secret",
        "requestedScopes": ["openid", "profile", "email", "groups"],
    }
    excluded: list[dict[str, object]] = [
        {"apiGroups": [group], "kinds": list(kinds), "clusters": ["*"]}
        for group, kinds in _EXCLUDED
    ]
    yield _config(
        site,
        "argocd-cm",
        {
            "url": site.argocd.url,
            "admin.enabled": "false",
            "oidc.config": yaml_text([login]).decode().removeprefix("---\n"),
            "application.resourceTrackingMethod": "annotation",
            HEALTH: HEALTH_SCRIPT,
            "resource.exclusions": _list_text(excluded),
        },
    )
    yield _config(
        site,
        "argocd-rbac-cm",
        {
            "policy.default": "",
            "policy.csv": f"g, {site.identity.administrators}, role:admin\n",
            "scopes": "[groups]",
        },
    )
    yield _secret(
        site,
        LOGIN,
        f"{site.secrets.prefix}/argocd",
        ("client_secret",),
        {"app.kubernetes.io/part-of": "argocd"},
        {"client_secret": "{{ .client_secret }}"},
    )


def _list_text(entries: list[dict[str, object]]) -> str:
    """A list as YAML, as ArgoCD reads it from a setting."""
    text = yaml_text([{"list": entries}]).decode()
    return text.removeprefix("---\nlist:\n")


def platform(site: "Site") -> Document:
    """Keeps ArgoCD's own settings, projects and environments."""
    return manifest(
        API,
        "Application",
        "platform",
        namespace=site.argocd.namespace,
        part_of=PART,
        component="argocd",
        annotations={"tutela/on-delete": "keep"},
        spec={
            "project": PLATFORM,
            "sources": [
                {
                    "repoURL": site.git.repository,
                    "targetRevision": site.git.branch,
                    "path": f"argocd/{folder}",
                }
                for folder in ("settings", "projects", "environments")
            ],
            "destination": {"server": IN_CLUSTER, "namespace": site.argocd.namespace},
            "syncPolicy": {
                "automated": {"prune": False, "selfHeal": True, "allowEmpty": False},
                "syncOptions": [
                    "FailOnSharedResource=true",
                    "ServerSideApply=true",
                    "SkipDryRunOnMissingResource=true",
                ],
                "retry": {
                    "limit": 5,
                    "backoff": {"duration": "10s", "factor": 2, "maxDuration": "5m"},
                },
            },
        },
    )


def repositories(spec: "Specification") -> Iterator[Document]:
    """Readers: of this repository, and of the charts."""
    site = spec.site
    yield _reader(site, "repo-clusters", site.git.repository, "git", site.git.credentials)
    if site.mirror is not None:
        where, key = site.mirror.charts, site.mirror.credentials
        if key is not None:
            yield _reader(site, "repo-charts", where, "helm", key, oci=True)
        else:
            yield _open(site, "repo-charts", where)
        return
    for upstream in _charts(spec):
        yield _open(site, f"repo-{upstream.chart}", upstream.repository, oci=upstream.oci)


def _charts(spec: "Specification") -> list[Upstream]:
    """One chart for each place that charts come from."""
    found: dict[str, Upstream] = {}
    for component in used(spec):
        for child in component.applications(spec.site):
            if child.upstream is not None:
                found.setdefault(child.upstream.repository, child.upstream)
    return list(found.values())


def _reader(
    site: "Site", name: str, url: str, kind: str, key: str, *, oci: bool = False
) -> Document:
    data = {
        "type": kind,
        "name": name,
        "url": url,
        "username": "{{ .username }}",
        "password": "{{ .password }}",
        **({"enableOCI": "true"} if oci else {}),
    }
    label = {"argocd.argoproj.io/secret-type": "repository"}
    return _secret(site, name, key, ("username", "password"), label, data)


def _secret(
    site: "Site",
    name: str,
    key: str,
    properties: tuple[str, ...],
    labels: dict[str, str],
    data: dict[str, str],
) -> Document:
    """A Secret in ArgoCD's namespace; defaults are written out (external-secrets#6797)."""
    return manifest(
        "external-secrets.io/v1",
        "ExternalSecret",
        name,
        namespace=site.argocd.namespace,
        part_of=PART,
        component="argocd",
        spec={
            "refreshInterval": "1h0m0s",
            "secretStoreRef": {"kind": "ClusterSecretStore", "name": site.argocd.store},
            "target": {
                "name": name,
                "creationPolicy": "Owner",
                "deletionPolicy": "Retain",
                "template": {
                    "engineVersion": "v2",
                    "mergePolicy": "Replace",
                    "metadata": {"labels": labels},
                    "data": data,
                },
            },
            "data": [
                {
                    "secretKey": one,
                    "remoteRef": {
                        "key": key,
                        "property": one,
                        "conversionStrategy": "Default",
                        "decodingStrategy": "None",
                        "metadataPolicy": "None",
                        "nullBytePolicy": "Ignore",
                    },
                }
                for one in properties
            ],
        },
    )


def _open(site: "Site", name: str, url: str, *, oci: bool = True) -> Document:
    """Charts that everybody may read; nothing in it is secret."""
    return manifest(
        "v1",
        "Secret",
        name,
        namespace=site.argocd.namespace,
        part_of=PART,
        component="argocd",
        more_labels={"argocd.argoproj.io/secret-type": "repository"},
        stringData={
            "type": "helm",
            "name": name,
            "url": url,
            **({"enableOCI": "true"} if oci else {}),
        },
    )


def _config(site: "Site", name: str, data: dict[str, str]) -> Document:
    return manifest(
        "v1",
        "ConfigMap",
        name,
        namespace=site.argocd.namespace,
        # ArgoCD reads only what says that it belongs to ArgoCD.
        part_of="argocd",
        component="argocd",
        more_labels={"app.kubernetes.io/name": name},
        data=data,
    )
