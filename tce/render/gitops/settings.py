"""``gitops/settings/``: Argo CD's own settings: whom it lets in, and how it knows what is its own.

Its server speaks HTTP: the way in ends TLS, and Cilium encrypts between nodes.
"""

from collections.abc import Iterator
from typing import TYPE_CHECKING

from blueprints.emit.yaml import yaml_text
from blueprints.engine.blueprint import File
from blueprints.kinds.cluster.components.component import Images
from blueprints.parts.argocd import HEALTH, HEALTH_SCRIPT
from blueprints.parts.manifests import LABEL, Document, labels, manifest, yaml_file
from blueprints.parts.secrets import external_secret
from tce.render.kubernetes import places
from tce.render.kubernetes.identity import issuer
from tce.render.kubernetes.ingress import way_in
from tce.render.secrets.stores import APPS, CLIENTS

if TYPE_CHECKING:
    from tce.intent.spec import Specification

_LOGIN = "argocd-oidc"


def files(spec: "Specification") -> Iterator[File]:
    """Its ConfigMaps, what it shares with Dex, and its way in."""
    yield yaml_file("gitops/settings/settings.yaml", list(settings(spec)))
    own = {f"{LABEL}name": "argocd-server", **labels(places.PART, "argocd")}
    host = f"argocd.{spec.domain}"
    door = way_in("argocd", places.ARGOCD, host, "argocd-server", "http", own)
    yield yaml_file("gitops/settings/ingress.yaml", [door])
    yield yaml_file("gitops/values/argocd.yaml", [values(spec)], _BY_HAND)


_BY_HAND = """\
Of the chart argo-cd, which the institution installs by hand: what is said in gitops/settings is not
made twice, and what has no use here does not run."""


def values(spec: "Specification") -> Document:
    """Images from the mirror, no Dex of its own, nothing that makes Applications from templates."""
    images = Images(spec.registry)
    return {
        "global": {"image": images.repository("quay.io/argoproj/argocd")},
        "redis": {"image": images.repository("docker.io/library/redis")},
        "dex": {"enabled": False},
        "notifications": {"enabled": False},
        "applicationSet": {"replicas": 0},
        "configs": {name: {"create": False} for name in ("cm", "rbac", "params")},
    }


def settings(spec: "Specification") -> Iterator[Document]:
    """All of them."""
    login = {
        "name": "Dex",
        "issuer": issuer(spec),
        "clientID": "argocd",
        "clientSecret": f"${_LOGIN}:client_secret",
        "requestedScopes": ["openid", "profile", "email", "groups"],
        **({"rootCA": spec.keys.bao.ca} if spec.keys.bao.ca else {}),
    }
    yield _config(
        "argocd-cm",
        {
            "url": f"https://argocd.{spec.domain}",
            "admin.enabled": "false",
            "oidc.config": yaml_text([login]).decode().removeprefix("---\n"),
            "application.resourceTrackingMethod": "annotation",
            HEALTH: HEALTH_SCRIPT,
        },
    )
    yield _config(
        "argocd-rbac-cm",
        {
            "policy.default": "",
            "policy.csv": f"g, {spec.identity.administrators}, role:admin\n",
            "scopes": "[groups]",
        },
    )
    yield _config("argocd-cmd-params-cm", {"server.insecure": "true"})
    yield external_secret(
        _LOGIN,
        namespace=places.ARGOCD,
        part_of=places.PART,
        component="argocd",
        store={"kind": "SecretStore", "name": APPS},
        key=CLIENTS,
        properties={"client_secret": "argocd"},
        labels={"app.kubernetes.io/part-of": "argocd"},
        template={"client_secret": "{{ .client_secret }}"},
    )


def _config(name: str, data: dict[str, str]) -> Document:
    return manifest(
        "v1",
        "ConfigMap",
        name,
        namespace=places.ARGOCD,
        # Argo CD reads only what says that it belongs to Argo CD.
        part_of="argocd",
        component="argocd",
        more_labels={"app.kubernetes.io/name": name},
        data=data,
    )
