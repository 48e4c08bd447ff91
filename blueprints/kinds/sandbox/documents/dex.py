"""Dex: one door for ArgoCD, the Kubernetes API, Git and the stacks, whoever knows the people."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from blueprints.emit.yaml import yaml_text
from blueprints.engine.blueprint import File
from blueprints.kinds.sandbox import profiles
from blueprints.kinds.sandbox.documents import dex_server
from blueprints.kinds.sandbox.documents.secrets import platform_store
from blueprints.parts.manifests import Document, manifest, yaml_file
from blueprints.parts.secrets import external_secret_of

if TYPE_CHECKING:
    from blueprints.kinds.sandbox.spec import Site, Specification

_PART = "platform"
_COMPONENT = "dex"


@dataclass(frozen=True)
class Client:
    """Something that lets people in through Dex."""

    id: str
    name: str
    redirect: tuple[str, ...]
    key: tuple[str, str] | None
    """Place and property of its secret in the secret store; None for a public client."""

    @property
    def variable(self) -> str:
        """The environment variable that carries its secret."""
        return f"SECRET_{self.id.upper().replace('-', '_')}"


def files(spec: "Specification") -> Iterator[File]:
    """Everything under ``platform/dex/``."""
    site = spec.site
    known = list(clients(spec))
    folder = "platform/dex"
    yield yaml_file(f"{folder}/secrets.yaml", [secrets(site, known)])
    yield yaml_file(f"{folder}/config.yaml", [config(site, known)])
    doors = [one.name for one in spec.projects if any(stack.doors() for stack in one.stacks)]
    yield from dex_server.files(site, doors)


def clients(spec: "Specification") -> Iterator[Client]:
    """ArgoCD, kubectl, a Git of one's own, what the site adds, and every door of every stack."""
    site = spec.site
    key = site.identity.clients_key
    yield Client(
        "argocd", "ArgoCD", (f"{site.argocd.url.rstrip('/')}/auth/callback",), (key, "argocd")
    )
    # kubelogin listens on the person's own machine, hence no secret that would be one.
    yield Client("kubernetes", "kubectl", ("http://localhost:8000", "http://localhost:18000"), None)
    if site.git.type != "github":
        back = f"{site.git.url}/user/oauth2/dex/callback"
        yield Client(site.git.type, "Git", (back,), (key, site.git.type))
    for one in site.identity.clients:
        secret = None if one.public else (key, one.id)
        yield Client(one.id, one.name, tuple(one.redirect), secret)
    for project in spec.projects:
        for stack in project.stacks:
            for door in stack.doors():
                yield Client(
                    profiles.door_client(project, door),
                    f"{project.title}: {door}",
                    (f"https://{profiles.host(site, project, door)}/oauth2/callback",),
                    (f"{site.secrets.prefix}/{project.name}/doors/{door}", "client_secret"),
                )


def connector(site: "Site") -> Document:
    """The identity provider; ``$NAME`` is read from the environment by Dex."""
    identity = site.identity
    common: Document = {
        "clientID": "$CONNECTOR_CLIENT_ID",
        "clientSecret": "$CONNECTOR_CLIENT_SECRET",
        "redirectURI": f"{identity.issuer}/callback",
    }
    if identity.connector == "github":
        return {
            "type": "github",
            "id": "github",
            "name": "GitHub",
            "config": {
                **common,
                "orgs": [{"name": identity.organisation}],
                "loadAllGroups": False,
                "teamNameField": "slug",
                "useLoginAsID": False,
            },
        }
    return {
        "type": "oidc",
        "id": "keycloak",
        "name": "Keycloak",
        "config": {
            "issuer": f"{identity.url.rstrip('/')}/realms/{identity.realm}",
            **common,
            "scopes": ["profile", "email", "groups"],
            "insecureEnableGroups": True,
            "getUserInfo": True,
            "userNameKey": "preferred_username",
            "claimMapping": {"groups": "groups", "preferred_username": "preferred_username"},
        },
    }


def config(site: "Site", known: list[Client]) -> Document:
    """Dex's configuration; no secret in it."""
    listed: list[Document] = []
    for one in known:
        entry: Document = {"id": one.id, "name": one.name, "redirectURIs": list(one.redirect)}
        entry |= {"public": True} if one.key is None else {"secretEnv": one.variable}
        listed.append(entry)
    text = yaml_text(
        [
            {
                "issuer": site.identity.issuer,
                "storage": {"type": "kubernetes", "config": {"inCluster": True}},
                "web": {"http": f"0.0.0.0:{dex_server.PORT}"},
                "telemetry": {"http": f"0.0.0.0:{dex_server.TELEMETRY}"},
                "oauth2": {"skipApprovalScreen": True, "responseTypes": ["code"]},
                "enablePasswordDB": False,
                "expiry": {"idTokens": "1h", "signingKeys": "6h"},
                "connectors": [connector(site)],
                "staticClients": listed,
            }
        ]
    )
    return manifest(
        "v1",
        "ConfigMap",
        "dex",
        namespace=site.identity.namespace,
        part_of=_PART,
        component=_COMPONENT,
        data={"config.yaml": text.decode()},
    )


def secrets(site: "Site", known: list[Client]) -> Document:
    """The environment of Dex: its own secret at the provider, and one for each client."""
    entries = [
        ("CONNECTOR_CLIENT_ID", site.identity.credentials, "client_id"),
        ("CONNECTOR_CLIENT_SECRET", site.identity.credentials, "client_secret"),
        *((one.variable, *one.key) for one in known if one.key is not None),
    ]
    return external_secret_of(
        "dex",
        namespace=site.identity.namespace,
        part_of=_PART,
        component=_COMPONENT,
        store=platform_store(site),
        entries=entries,
    )
