"""A Dex that lets the wrong people in, nobody, or keeps a secret in Git.

Looks at Dex's settings (a ConfigMap with `issuer` and `staticClients`) together with the pod that
mounts them: the issuer is https and the host of an Ingress in the same namespace; storage, web and
telemetry as the pod and its probes have them; passwords off; a connector that says whom it trusts,
reads its client's id and secret from variables that the pod has, sends people back to the issuer's
`/callback` and asks for groups; for GitHub an organisation. Every client has an id, a name, a
secret by `secretEnv` (which the pod has) or is public and local, and sends people to https
addresses without `*`; no two clients share an id or a secret. Every pod that logs people in as a
client (`OAUTH2_PROXY_CLIENT_ID`) is one that Dex knows, with the same address to come back to; and
with storage in Kubernetes Dex has the rights that it needs for it.

Whoever can add a redirect address gets other people's tokens.

Mend what the message names.
"""

import re
from collections.abc import Iterator
from typing import Any
from urllib.parse import urlsplit

import yaml

from blueprints.check.cluster import cluster
from blueprints.check.cluster.cluster import Cluster
from blueprints.check.cluster.report import found
from blueprints.check.cluster.shape import labels, mapping, mappings, sequence, text, texts
from blueprints.check.cluster.specification import specification
from blueprints.check.cluster.workload import Workload
from blueprints.check.documents import Object
from blueprints.check.finding import Finding, Level, NotChecked
from blueprints.check.repository import Repository
from blueprints.check.rules.component_settings import value_of
from blueprints.check.rules.rbac_ladder import rights
from blueprints.check.settings import Settings

ID = "dex-configuration"
LEVEL = Level.ERROR

_STATE = [
    "authcodes",
    "authrequests",
    "connectors",
    "devicerequests",
    "devicetokens",
    "oauth2clients",
    "offlinesessionses",
    "passwords",
    "refreshtokens",
    "signingkeies",
]
_VERBS = ("create", "delete", "get", "list", "patch", "update", "watch")
_KUBELOGIN = (8000, 18000)
"""Where kubelogin waits for a token: the second when the first is taken."""
_DURATION = re.compile(r"(?:[0-9]+(?:h|m|s))+")
_SCOPES = {"oidc": ("profile", "email", "groups"), "github": ()}
_KNOWN = frozenset(
    [
        "issuer",
        "storage",
        "web",
        "telemetry",
        "grpc",
        "oauth2",
        "enablePasswordDB",
        "expiry",
        "connectors",
        "staticClients",
        "logger",
        "frontend",
        "staticPasswords",
        "signer",
    ]
)


def check(repo: Repository, settings: Settings) -> Iterator[Finding | NotChecked]:
    """Dex's settings and what has to agree with them."""
    known = cluster.of(repo, settings)
    for item in known.of_kind("ConfigMap"):
        for key, value in labels(item.data, "data").items():
            if "staticClients:" not in value or "issuer:" not in value:
                continue
            try:
                said = yaml.safe_load(value)
            except (yaml.YAMLError, ValueError):
                continue
            for words in _judge(known, item, mapping(said)):
                yield found(ID, LEVEL, item, ("data", key), f"{item} {words}")


def _judge(known: Cluster, item: Object, said: dict[str, Any]) -> Iterator[str]:
    pods = [
        workload
        for workload in known.workloads_in.get(known.namespace(item), ())
        if any(
            one.kind == "ConfigMap" and one.name == item.name
            for one in known.references_of(workload)
        )
    ]
    given = set[str]()
    for workload in pods:
        given |= set(_variables(known, workload))
    for key in said:
        if key not in _KNOWN:
            yield f"has {key}, which Dex does not know"
    yield from _server(known, item, said, pods)
    connectors = [one for _, one in mappings(said, "connectors")]
    if not connectors:
        yield "has no connector: nobody can log in"
    for connector in connectors:
        yield from _connector(connector, text(said, "issuer"), given)
    yield from _agrees(known, said)
    yield from _clients(said, given)
    yield from _doors(known, said)
    if text(said, "storage", "type") == "kubernetes":
        for workload in pods:
            yield from _rights(known, workload)


def _agrees(known: Cluster, said: dict[str, Any]) -> Iterator[str]:
    """What the specification of sandboxes says of the identity provider."""
    sandboxes = specification(known.repo)
    if sandboxes is None:
        return
    identity = mapping(sandboxes.site, "identity")
    if text(said, "issuer") != text(identity, "issuer"):
        yield (
            f"calls itself {text(said, 'issuer')}; the "
            f"specification says {text(identity, 'issuer')}"
        )
    realm = f"{text(identity, 'url')}/realms/{text(identity, 'realm')}"
    for _, connector in mappings(said, "connectors"):
        issuer = text(connector, "config", "issuer")
        if text(identity, "connector") == "keycloak" and issuer != realm:
            yield f"trusts {issuer}; the specification says {realm}"
        for _, one in mappings(connector, "config", "orgs"):
            if text(one, "name") != text(identity, "organisation"):
                yield (
                    f"trusts organisation {text(one, 'name')}, which "
                    "the specification does not name"
                )


def _variables(known: Cluster, workload: Workload) -> Iterator[str]:
    space = known.namespace(workload.object)
    for container in workload.containers:
        for _, entry in mappings(container.data, "env"):
            yield text(entry, "name")
        for _, entry in mappings(container.data, "envFrom"):
            made = known.provided.get(("Secret", space, text(entry, "secretRef", "name")))
            yield from (made.keys or ()) if made else ()


def _server(
    known: Cluster, item: Object, said: dict[str, Any], pods: list[Workload]
) -> Iterator[str]:
    issuer = urlsplit(text(said, "issuer"))
    if issuer.scheme != "https" or not issuer.hostname:
        yield "has an issuer that is no https:// address"
    hosts = {
        (text(rule, "host"), text(path, "path").rstrip("/"))
        for ingress in known.within(known.namespace(item), "Ingress")
        for _, rule in mappings(ingress.data, "spec", "rules")
        for _, path in mappings(rule, "http", "paths")
    }
    if hosts and (issuer.hostname, issuer.path.rstrip("/")) not in hosts:
        yield f"calls itself {issuer.geturl()}, which no Ingress leads to"
    if text(said, "storage", "type") not in ("kubernetes", "etcd", "postgres", "mysql"):
        yield "keeps its state where it is lost (storage.type)"
    if text(said, "storage", "type") == "kubernetes" and mapping(said, "storage", "config") != {
        "inCluster": True
    }:
        yield "does not find its own cluster (storage.config.inCluster: true)"
    if said.get("enablePasswordDB") is True or said.get("staticPasswords"):
        yield "knows passwords of its own"
    if said.get("enablePasswordDB") is not False:
        yield "does not switch passwords of its own off (enablePasswordDB: false)"
    ports = {
        port.get("containerPort")
        for workload in pods
        for container in workload.containers
        for _, port in mappings(container.data, "ports")
    }
    for part in ("web", "telemetry"):
        address = text(said, part, "http")
        number = address.rpartition(":")[2]
        if not address.startswith("0.0.0.0:"):
            yield f"does not listen to its Service ({part}.http)"
        elif ports and (not number.isdecimal() or int(number) not in ports):
            yield f"listens on {address} ({part}), which its pod does not show"
    oauth = mapping(said, "oauth2")
    if sequence(oauth, "responseTypes") != ["code"]:
        yield "hands tokens out in addresses (oauth2.responseTypes other than code)"
    if "passwordConnector" in oauth or texts(oauth, "grantTypes"):
        yield "opens ways to tokens that need no browser (oauth2)"
    if oauth.get("skipApprovalScreen") is not True:
        yield "asks people for each client whether they mean it (oauth2.skipApprovalScreen: true)"
    for field, most in (("idTokens", 24 * 60), ("signingKeys", 7 * 24 * 60)):
        value = text(said, "expiry", field)
        if not _DURATION.fullmatch(value):
            yield f"does not say expiry.{field}"
        elif not 0 < _minutes(value) <= most:
            yield f"has expiry.{field} of {value}"


def _minutes(duration: str) -> float:
    scale = {"h": 60.0, "m": 1.0, "s": 1 / 60}
    return sum(int(n) * scale[unit] for n, unit in re.findall(r"([0-9]+)([hms])", duration))


def _connector(connector: dict[str, Any], issuer: str, given: set[str]) -> Iterator[str]:
    name, kind = text(connector, "id"), text(connector, "type")
    config = mapping(connector, "config")
    who = f"connector {name or '(without id)'}"
    if not name or not text(connector, "name"):
        yield f"{who} needs an id and a name"
    for field, word in (("clientID", "CLIENT_ID"), ("clientSecret", "CLIENT_SECRET")):
        value = text(config, field)
        variable = value.removeprefix("$").strip("{}")
        if not value.startswith("$"):
            yield f"{who} has its {field} in Git"
        elif given and variable not in given:
            yield f"{who} reads {variable}, which its pod does not have"
        elif not variable.endswith(word):
            yield f"{who} takes {variable} for its {field}"
    if text(config, "redirectURI") != f"{issuer}/callback":
        yield (
            f"{who} sends people to "
            f"{text(config, 'redirectURI') or 'nowhere'} instead of {issuer}/callback"
        )
    if kind not in _SCOPES:
        yield f"{who} is of a type that is not judged: {kind or 'none'}"
    for scope in _SCOPES.get(kind, ()):
        if scope not in texts(config, "scopes"):
            yield f"{who} does not ask for {scope}"
    if kind == "oidc":
        if not text(config, "issuer").startswith("https://"):
            yield f"{who} trusts an issuer that is no https:// address"
        if config.get("insecureEnableGroups") is not True:
            yield f"{who} hides groups (insecureEnableGroups)"
        if config.get("getUserInfo") is not True:
            yield f"{who} leaves out groups that are not in the token (getUserInfo)"
        for field in (
            "insecureSkipEmailVerified",
            "insecureSkipVerify",
            "insecureSkipNonceVerification",
        ):
            if config.get(field):
                yield f"{who} does not verify ({field})"
        if text(config, "userNameKey") not in ("preferred_username", "email", "name"):
            yield f"{who} does not say what people are called (userNameKey)"
        if mapping(config, "claimMapping").get("groups", "groups") not in ("groups", "roles"):
            yield f"{who} takes groups from another claim"
        if mapping(config, "claimMapping").get("groups") is None:
            yield f"{who} does not say which claim holds groups (claimMapping)"
        if (
            "claimMapping" in config
            and text(config, "claimMapping", "preferred_username") != "preferred_username"
        ):
            yield f"{who} maps claims and not preferred_username"
    if kind == "github":
        if not [one for _, one in mappings(config, "orgs") if text(one, "name")]:
            yield f"{who} lets everybody in who has a GitHub account (orgs)"
        if config.get("loadAllGroups"):
            yield f"{who} takes groups of other organisations (loadAllGroups)"
        if text(config, "teamNameField") not in ("slug", "both", "name"):
            yield f"{who} does not say how teams are called (teamNameField)"
        if config.get("useLoginAsID") not in (False, None, True):
            yield f"{who} has a strange useLoginAsID"


def _clients(said: dict[str, Any], given: set[str]) -> Iterator[str]:
    ids: set[str] = set()
    secrets: set[str] = set()
    for _, client in mappings(said, "staticClients"):
        name = text(client, "id")
        who = f"client {name or '(without id)'}"
        if name in ids:
            yield f"has two of {who}"
        ids.add(name)
        if not name or not text(client, "name"):
            yield f"{who} needs an id and a name"
        if "secret" in client:
            yield f"{who} has its secret in Git"
        variable = text(client, "secretEnv")
        public = client.get("public") is True
        if public == bool(variable):
            yield f"{who} needs either a secret (secretEnv) or public: true"
        if variable and given and variable not in given:
            yield f"{who} reads {variable}, which the pod does not have"
        if variable and variable in secrets:
            yield f"{who} has the secret of another client"
        secrets.add(variable)
        if variable and variable.removeprefix("SECRET_") != name.upper().replace("-", "_"):
            yield f"{who} takes {variable} for its secret"
        places = texts(client, "redirectURIs")
        if not places:
            yield f"{who} sends people nowhere"
        for place in places:
            parts = urlsplit(place)
            local = parts.hostname in ("localhost", "127.0.0.1")
            if "*" in place or (parts.scheme != "https" and not (local and public)):
                yield f"{who} sends tokens to {place}"
            if parts.hostname and local and not public:
                yield f"{who} keeps a secret and sends people to {place}"
            if not local and public:
                yield f"{who} keeps no secret and sends people to {place}"
        if public and any(place.startswith("http://localhost") for place in places):
            for port in _KUBELOGIN:
                if f"http://localhost:{port}" not in places:
                    yield f"{who} does not send people back to http://localhost:{port}"
        if len(set(places)) < len(places):
            yield f"{who} names an address twice"


def _doors(known: Cluster, said: dict[str, Any]) -> Iterator[str]:
    """Pods that log people in, and clients that no pod is."""
    clients = {text(one, "id"): one for _, one in mappings(said, "staticClients")}
    names = {
        "client": "OAUTH2_PROXY_CLIENT_ID",
        "issuer": "OAUTH2_PROXY_OIDC_ISSUER_URL",
        "back": "OAUTH2_PROXY_REDIRECT_URL",
    }
    used = set()
    doors = False
    for workload in known.workloads:
        for container in workload.containers:
            env = {text(entry, "name"): entry for _, entry in mappings(container.data, "env")}
            values = {
                word: value_of(known, workload, env.get(name)) or "" for word, name in names.items()
            }
            if not values["client"]:
                continue
            doors = True
            used.add(values["client"])
            client = clients.get(values["client"])
            if client is None:
                yield (
                    f"does not know client {values['client']}, as which "
                    f"{workload.object} logs people in"
                )
                continue
            if [values["back"]] != [*texts(client, "redirectURIs")]:
                yield (
                    f"sends people of client {values['client']} elsewhere "
                    f"than {workload.object} waits for them"
                )
            if values["issuer"] != text(said, "issuer"):
                yield f"is not the issuer that {workload.object} trusts"
    if doors:
        for name, client in clients.items():
            inside = any(
                "/oauth2/callback" in place and "/user/" not in place
                for place in texts(client, "redirectURIs")
            )
            if inside and name not in used:
                yield f"knows client {name}, as which no pod logs people in"


def _rights(known: Cluster, workload: Workload) -> Iterator[str]:
    account = text(workload.pod, "serviceAccountName")
    space = known.namespace(workload.object)
    held = set()
    for binding in known.of_kind("RoleBinding", "ClusterRoleBinding"):
        for _, subject in mappings(binding.data, "subjects"):
            if text(subject, "name") == account and (text(subject, "namespace") or space) == space:
                kind = text(binding.data, "roleRef", "kind")
                name = text(binding.data, "roleRef", "name")
                role = known.get(kind, known.namespace(binding) if kind == "Role" else "", name)
                held |= rights(role) if role is not None else set()
    wanted = {("dex.coreos.com", resource, verb) for resource in _STATE for verb in _VERBS}
    wanted |= {
        ("apiextensions.k8s.io", "customresourcedefinitions", verb) for verb in ("create", "get")
    }
    for group, resource, verb in sorted(wanted - held)[:1]:
        yield f"keeps its state in Kubernetes, where {account} may not {verb} {resource}.{group}"
    for group, resource, verb in sorted(held - wanted)[:1]:
        yield f"needs no right to {verb} {resource}.{group}, which {account} has"
