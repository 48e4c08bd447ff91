"""A repository that ArgoCD cannot read, or may read for somebody else.

Looks at the Secrets that tell ArgoCD about repositories (label
`argocd.argoproj.io/secret-type: repository`, also those that an ExternalSecret makes): each names
its address and, where there are tenants, the one AppProject that may use it, that project takes the
repository, and every repository that a project takes and an Application uses has such a Secret.
Charts that everybody may read need no login and no project. Looks too at ArgoCD's own
settings: namespaces that Applications live in are listed in `application.namespaces`, nobody has
rights by default, the login is Dex's, the administrator's password is off, and the client is one
that Dex knows.

A Secret without a project serves every project: a tenant's Application could read the
platform's repository.

Mend what the message names.
"""

from collections.abc import Iterator

import yaml

from blueprints.check.cluster import cluster
from blueprints.check.cluster.cluster import Cluster
from blueprints.check.cluster.project import glob, permits_source, repository, sources, target
from blueprints.check.cluster.report import found
from blueprints.check.cluster.shape import Path, labels, mapping, mappings, text, texts
from blueprints.check.documents import Object
from blueprints.check.finding import Finding, Level, NotChecked
from blueprints.check.repository import Repository
from blueprints.check.settings import Settings

ID = "argocd-repository"
LEVEL = Level.ERROR

_LABEL = "argocd.argoproj.io/secret-type"
_LOGINS = (
    ("username", "password"),
    ("sshPrivateKey",),
    ("githubAppID", "githubAppInstallationID", "githubAppPrivateKey"),
)

_SECRET = ("username", "password", "sshPrivateKey", "githubAppPrivateKey", "tlsClientCertKey")


def check(repo: Repository, settings: Settings) -> Iterator[Finding | NotChecked]:
    """Credentials and settings of ArgoCD."""
    known = cluster.of(repo, settings)
    readable: set[tuple[str, str]] = set()
    for item, where, data, marks in _credentials(known):
        url, project = data.get("url", ""), data.get("project", "")
        readable.add((repository(url), project))
        for path, words in _credential(known, url, project, data, marks):
            yield found(ID, LEVEL, item, (*where, *path), f"{item} {words}")
        if known.namespace(item) != known.argocd_namespace:
            message = f"{item} is not in ArgoCD's namespace {known.argocd_namespace}"
            yield found(ID, LEVEL, item, ("metadata", "namespace"), message)
    if readable:
        yield from _unreadable(known, readable)
    yield from _settings(known)


def _credentials(
    known: Cluster,
) -> Iterator[tuple[Object, Path, dict[str, str], dict[str, str]]]:
    for item in known.of_kind("Secret"):
        if _LABEL in item.labels:
            data = labels(item.data, "data") | labels(item.data, "stringData")
            yield item, ("stringData",), data, labels(item.data, "metadata", "labels")
    for item in known.of_kind("ExternalSecret"):
        template = mapping(item.data, "spec", "target", "template")
        marks = labels(template, "metadata", "labels")
        data = labels(template, "data")
        if _LABEL in marks or {"url", "project"} <= set(data):
            yield item, ("spec", "target", "template", "data"), data, marks


def _credential(
    known: Cluster, url: str, project: str, data: dict[str, str], marks: dict[str, str]
) -> Iterator[tuple[Path, str]]:
    if marks.get(_LABEL) not in ("repository", "repo-creds", "repository-write"):
        yield (), f"is not seen by ArgoCD: no label {_LABEL}: repository"
    if not url:
        yield ("url",), "does not say which repository it is for"
    if data.get("type") not in ("git", "helm", "oci"):
        yield ("type",), "does not say what kind of repository it is (type: git)"
    if url.startswith("http://"):
        yield ("url",), "sends its password without TLS"
    if data.get("insecure") == "true":
        yield ("insecure",), "does not ask who answers"
    open_to_all = data.get("type") == "helm" and not any(key in data for key in _SECRET)
    if not open_to_all and not any(all(key in data for key in keys) for keys in _LOGINS):
        yield (), "has no whole login"
    if not project:
        if known.tenants and not open_to_all:
            yield ("project",), "serves every project of ArgoCD"
    elif project not in known.projects and not known.settings.is_external("projects", project):
        yield ("project",), f"serves project {project}, which is not there"
    elif project in known.projects and not permits_source(known.projects[project].data, url):
        yield ("url",), f"is for {url}, which project {project} does not take"


def _unreadable(known: Cluster, readable: set[tuple[str, str]]) -> Iterator[Finding]:
    for item in known.applications:
        project = text(mapping(item.data, *target(item.data)), "project")
        for where, source in sources(item.data):
            url = text(source, "repoURL")
            if url and not _reads(readable, url, project) and "chart" not in source:
                message = f"{item}: no Secret lets project {project} read {url}"
                yield found(ID, LEVEL, item, (*where, "repoURL"), message)
    for name, project_ in known.projects.items():
        for index, url in enumerate(texts(project_.data, "spec", "sourceRepos")):
            if "*" not in url and not url.startswith("!") and not _reads(readable, url, name):
                message = f"{project_} takes {url}, and no Secret lets it read that"
                yield found(ID, LEVEL, project_, ("spec", "sourceRepos", index), message)


def _reads(readable: set[tuple[str, str]], url: str, project: str) -> bool:
    """Whether a Secret of the project's own, or one of everybody's, is for a repository."""
    return bool(readable & {(repository(url), project), (repository(url), "")})


def _settings(known: Cluster) -> Iterator[Finding]:
    for item in known.of_kind("ConfigMap"):
        data = mapping(item.data, "data")
        if item.name == "argocd-cmd-params-cm":
            listed = [one.strip() for one in text(data, "application.namespaces").split(",")]
            for home in sorted({known.namespace(one) for one in known.applications}):
                if home != known.argocd_namespace and not any(glob(one, home) for one in listed):
                    yield _wrong(
                        item,
                        "application.namespaces",
                        f"leaves out namespace {home}, which has Applications",
                    )
            for project in known.projects.values():
                for home in texts(project.data, "spec", "sourceNamespaces"):
                    if home not in listed and not any(glob(one, home) for one in listed):
                        yield _wrong(
                            item,
                            "application.namespaces",
                            f"leaves out namespace {home} of {project}",
                        )
            for one in listed:
                if "*" in one:
                    yield _wrong(
                        item,
                        "application.namespaces",
                        f"takes Applications from any namespace like {one}",
                    )
                elif one and one not in known.tenant_namespaces and known.tenant_namespaces:
                    yield _wrong(
                        item,
                        "application.namespaces",
                        f"takes Applications from {one}, which is no tenant's",
                    )
        elif item.name == "argocd-rbac-cm":
            yield from _rights(item, data)
        elif item.name == "argocd-cm":
            yield from _login(known, item, data)


def _wrong(item: Object, key: str, words: str) -> Finding:
    return found(ID, LEVEL, item, ("data", key), f"{item} {words}")


def _rights(item: Object, data: dict[str, object]) -> Iterator[Finding]:
    if data.get("policy.default") != "":
        yield _wrong(item, "policy.default", "gives rights to everybody who can log in")
    if "groups" not in text(data, "scopes"):
        yield _wrong(item, "scopes", "does not read groups from tokens (scopes)")
    lines = [line for line in text(data, "policy.csv").splitlines() if line.strip()]
    if not lines:
        yield _wrong(item, "policy.csv", "makes nobody an administrator")
    for line in lines:
        fields = [field.strip() for field in line.split(",")]
        if fields[0] not in ("p", "g") or len(fields) != (3 if fields[0] == "g" else 6):
            yield _wrong(item, "policy.csv", f"has a line that ArgoCD does not read: {line}")
        elif fields[0] == "p" and fields[5] == "allow" and "*" in fields[2] + fields[3]:
            yield _wrong(item, "policy.csv", f"permits everything by {line}")
        elif fields[1] in ("*", "role:authenticated", "system:authenticated"):
            yield _wrong(item, "policy.csv", f"gives rights to everybody by {line}")
        elif fields[0] == "g" and not fields[2].startswith("role:"):
            yield _wrong(item, "policy.csv", f"names no role in {line}")


def _login(known: Cluster, item: Object, data: dict[str, object]) -> Iterator[Finding]:
    if not text(data, "url").startswith("https://"):
        yield _wrong(item, "url", "does not say under which https:// address ArgoCD is")
    if data.get("admin.enabled") != "false":
        yield _wrong(item, "admin.enabled", "leaves the local administrator on")
    for key in ("exec.enabled", "users.anonymous.enabled"):
        if data.get(key) == "true":
            yield _wrong(item, key, f"switches {key} on")
    if data.get("application.resourceTrackingMethod") not in ("annotation", "annotation+label"):
        yield _wrong(item, "application.resourceTrackingMethod", "does not track by annotation")
    try:
        login = yaml.safe_load(text(data, "oidc.config") or "{}")
    except yaml.YAMLError:
        yield _wrong(item, "oidc.config", "has an oidc.config that is no YAML")
        return
    if not login:
        yield _wrong(item, "oidc.config", "lets nobody log in (no oidc.config)")
        return
    for field in ("name", "issuer", "clientID", "clientSecret"):
        if not text(login, field):
            yield _wrong(item, "oidc.config", f"has no {field} in oidc.config")
    if "groups" not in texts(login, "requestedScopes"):
        yield _wrong(item, "oidc.config", "asks for no groups in oidc.config")
    for scope in ("openid", "profile", "email"):
        if scope not in texts(login, "requestedScopes"):
            yield _wrong(item, "oidc.config", f"does not ask for the scope {scope}")
    secret = text(login, "clientSecret")
    if not secret.startswith("$"):
        yield _wrong(item, "oidc.config", "has a secret in oidc.config")
    else:
        name, _, key = secret.removeprefix("$").partition(":")
        home = known.namespace(item)
        given = known.provided.get(("Secret", home, name))
        external = known.settings.is_external("secrets", f"{home}/{name}")
        lacks = given is None or (given.keys is not None and key not in given.keys)
        if key and lacks and not external:
            yield _wrong(item, "oidc.config", f"reads {key} of Secret {name}, which is not there")
    for one, connector in _dex(known):
        if text(login, "issuer") != text(connector, "issuer"):
            yield _wrong(
                item,
                "oidc.config",
                f"trusts {text(login, 'issuer')}; {one} is {text(connector, 'issuer')}",
            )
        clients = {text(client, "id"): client for _, client in mappings(connector, "staticClients")}
        client = clients.get(text(login, "clientID"))
        callback = text(data, "url").rstrip("/") + "/auth/callback"
        if client is None:
            yield _wrong(
                item,
                "oidc.config",
                f"logs in as {text(login, 'clientID')}, whom {one} does not know",
            )
        elif callback not in texts(client, "redirectURIs"):
            yield found(ID, LEVEL, one, ("data",), f"{one} does not send people back to {callback}")


def _dex(known: Cluster) -> Iterator[tuple[Object, dict[str, object]]]:
    for item in known.of_kind("ConfigMap"):
        for value in labels(item.data, "data").values():
            if "staticClients" in value and "issuer" in value:
                try:
                    settings = yaml.safe_load(value)
                except yaml.YAMLError:
                    continue
                if isinstance(settings, dict):
                    yield item, settings
