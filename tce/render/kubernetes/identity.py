"""``k8s/identity/``: Dex, which the institution runs in the environment, before its Keycloak.

Argo CD and programs of sandboxes ask it who somebody is; the API itself asks Keycloak,
because Dex runs behind it. The sandbox blueprint makes Dex's rights, pods and disruption budget.
"""

from collections.abc import Iterator
from typing import TYPE_CHECKING

from blueprints.emit.yaml import yaml_text
from blueprints.engine.blueprint import File
from blueprints.kinds.sandbox.documents import dex_server
from blueprints.kinds.sandbox.spec import Keycloak, Site
from blueprints.parts.manifests import LABEL, Document, labels, manifest, yaml_file
from blueprints.parts.secrets import external_secret_of
from tce.render.kubernetes import places
from tce.render.kubernetes.ingress import way_in
from tce.render.secrets.stores import APPS, CLIENTS

if TYPE_CHECKING:
    from tce.intent.spec import Specification

CREDENTIALS = "dex/keycloak"
"""Of Dex at Keycloak, in OpenBao: ``client_id`` and ``client_secret``."""
_FOLDER = "k8s/identity"


def issuer(spec: "Specification") -> str:
    """What every token names."""
    return f"https://{spec.identity.dex}"


def files(spec: "Specification") -> Iterator[File]:
    """Dex and its settings."""
    site = _site(spec)
    yield yaml_file(f"{_FOLDER}/rights.yaml", list(dex_server.rights(site)))
    yield yaml_file(
        f"{_FOLDER}/deployment.yaml", [dex_server.deployment(site), dex_server.disruption(site)]
    )
    yield yaml_file(f"{_FOLDER}/service.yaml", [_service(site), _way_in(spec)])
    yield yaml_file(f"{_FOLDER}/config.yaml", [config(spec), _secrets()])


def _site(spec: "Specification") -> Site:
    """Of the sandbox blueprint's site what Dex's documents look at."""
    return Site.model_construct(
        identity=Keycloak.model_construct(
            namespace=places.DEX, issuer=issuer(spec), connector="keycloak"
        ),
        images={"dex": spec.identity.image},
    )


def _service(site: Site) -> Document:
    return next(one for one in dex_server.service(site) if one["kind"] == "Service")


def _way_in(spec: "Specification") -> Document:
    own = {f"{LABEL}name": "dex", **labels(places.PART, "dex")}
    return way_in("dex", places.DEX, spec.identity.dex, "dex", "http", own)


def config(spec: "Specification") -> Document:
    """Dex's configuration; no secret in it."""
    keycloak = {
        "type": "oidc",
        "id": "keycloak",
        "name": "Keycloak",
        "config": {
            "issuer": f"{spec.identity.keycloak.rstrip('/')}/realms/{spec.identity.realm}",
            "clientID": "$CONNECTOR_CLIENT_ID",
            "clientSecret": "$CONNECTOR_CLIENT_SECRET",
            "redirectURI": f"{issuer(spec)}/callback",
            "scopes": ["profile", "email", "groups"],
            "insecureEnableGroups": True,
            "getUserInfo": True,
            "userNameKey": "preferred_username",
            "claimMapping": {"groups": "groups", "preferred_username": "preferred_username"},
        },
    }
    argocd = f"https://argocd.{spec.domain}"
    clients = [
        {
            "id": "argocd",
            "name": "Argo CD",
            "redirectURIs": [f"{argocd}/auth/callback"],
            "secretEnv": "SECRET_ARGOCD",
        },
    ]
    text = yaml_text(
        [
            {
                "issuer": issuer(spec),
                "storage": {"type": "kubernetes", "config": {"inCluster": True}},
                "web": {"http": f"0.0.0.0:{dex_server.PORT}"},
                "telemetry": {"http": f"0.0.0.0:{dex_server.TELEMETRY}"},
                "oauth2": {"skipApprovalScreen": True, "responseTypes": ["code"]},
                "enablePasswordDB": False,
                "expiry": {"idTokens": "1h", "signingKeys": "6h"},
                "connectors": [keycloak],
                "staticClients": clients,
            }
        ]
    )
    return manifest(
        "v1",
        "ConfigMap",
        "dex",
        namespace=places.DEX,
        part_of=places.PART,
        component="dex",
        data={"config.yaml": text.decode()},
    )


def _secrets() -> Document:
    return external_secret_of(
        "dex",
        namespace=places.DEX,
        part_of=places.PART,
        component="dex",
        store={"kind": "SecretStore", "name": APPS},
        entries=[
            ("CONNECTOR_CLIENT_ID", CREDENTIALS, "client_id"),
            ("CONNECTOR_CLIENT_SECRET", CREDENTIALS, "client_secret"),
            ("SECRET_ARGOCD", CLIENTS, "argocd"),
        ],
    )
