"""An ExternalSecret that never comes to rest, or makes another Secret than its readers expect.

Looks at ExternalSecrets: `external-secrets.io/v1` only (`v1beta1` is not served from 0.17 on); the
defaults that the operator writes back (`conversionStrategy`, `decodingStrategy`, `metadataPolicy`)
must be written, or ArgoCD sees a difference for ever; a refresh interval; what becomes of the
Secret (`creationPolicy`, `deletionPolicy`); every key that a template reads is fetched and every
key that is fetched is read; no key twice; the same property under the same name for one place.
A SecretStore must say where it is and how it logs in, over TLS.

Mend what the message names.
"""

import re
from collections import Counter
from collections.abc import Iterator

from blueprints.check.charts import alone
from blueprints.check.cluster import cluster
from blueprints.check.cluster.cluster import Cluster
from blueprints.check.cluster.report import found
from blueprints.check.cluster.shape import Path, labels, mapping, mappings, text, texts
from blueprints.check.documents import Object
from blueprints.check.finding import Finding, Level, NotChecked
from blueprints.check.repository import Repository
from blueprints.check.settings import Settings

ID = "external-secret"
LEVEL = Level.ERROR

_DEFAULTS = ("conversionStrategy", "decodingStrategy", "metadataPolicy")
_FIELD = re.compile(r"\.([A-Za-z0-9_]+)")
_KINDS = (
    "ExternalSecret",
    "ClusterExternalSecret",
    "SecretStore",
    "ClusterSecretStore",
    "PushSecret",
)
_DURATION = re.compile(r"(?:[0-9]+(?:h|m|s))+")


def check(repo: Repository, settings: Settings) -> Iterator[Finding | NotChecked]:
    """ExternalSecrets and their stores."""
    known = cluster.of(repo, settings)
    for item in known.of_kind(*_KINDS):
        if (
            item.group == "external-secrets.io"
            and item.version != "v1"
            and item.kind != "PushSecret"
        ):
            message = f"{item} is {item.api_version}, which is served no more since 0.17"
            yield found(ID, LEVEL, item, ("apiVersion",), message, "write external-secrets.io/v1")
    usual = _usual(known)
    for item in known.of_kind("ExternalSecret"):
        for index, entry in mappings(item.data, "spec", "data"):
            for field in sorted(usual - set(mapping(entry, "remoteRef"))):
                where: Path = ("spec", "data", index, "remoteRef", field)
                message = f"{item} does not say {field}, which the others do"
                yield found(ID, LEVEL, item, where, message)
        for path, words in _judge(item):
            yield found(ID, LEVEL, item, ("spec", *path), f"{item} {words}")
    for item in known.of_kind("SecretStore", "ClusterSecretStore"):
        for path, words in (*_store(item), *_served(known, item)):
            yield found(ID, LEVEL, item, ("spec", *path), f"{item} {words}")


def _served(known: Cluster, item: Object) -> Iterator[tuple[Path, str]]:
    """The namespaces that a store is for, and those whose ExternalSecrets use it."""
    if item.kind != "ClusterSecretStore":
        return
    listed = {
        space
        for _, one in mappings(item.data, "spec", "conditions")
        for space in texts(one, "namespaces")
    }
    for space in sorted(listed - known.namespaces):
        if not known.settings.is_external("namespaces", space):
            yield ("conditions",), f"serves namespace {space}, which is not there"
    elsewhere = alone(known.repo.renderings)
    users = {
        known.namespace(one)
        for one in known.of_kind("ExternalSecret")
        if one.rendered_from not in elsewhere
        and text(one.data, "spec", "secretStoreRef", "kind") == item.kind
        and text(one.data, "spec", "secretStoreRef", "name") == item.name
    }
    for space in sorted(users - listed) if listed else ():
        yield ("conditions",), f"does not serve namespace {space}, which uses it"


def _usual(known: Cluster) -> set[str]:
    """Defaults beyond those of all versions that nearly all references of the repository say."""
    references = [
        mapping(entry, "remoteRef")
        for item in known.of_kind("ExternalSecret")
        for _, entry in mappings(item.data, "spec", "data")
    ]
    counts = Counter(field for reference in references for field in reference)
    return {
        field
        for field, count in counts.items()
        if count > 2 and count * 5 >= len(references) * 4 and field not in (*_DEFAULTS, "version")
    } - {"key", "property"}


def _judge(item: Object) -> Iterator[tuple[Path, str]]:
    spec = mapping(item.data, "spec")
    if not _DURATION.fullmatch(text(spec, "refreshInterval")):
        yield ("refreshInterval",), "does not say how often it is read (refreshInterval)"
    elif text(spec, "refreshInterval").strip("0hms") == "":
        yield ("refreshInterval",), "is never read again"
    target = mapping(spec, "target")
    for field, allowed in (
        ("creationPolicy", ("Owner", "Merge", "Orphan")),
        ("deletionPolicy", ("Retain", "Delete", "Merge")),
    ):
        if text(target, field) not in allowed:
            yield ("target", field), f"does not say its {field} ({', '.join(allowed)})"
    volume = "CRYPTO_KEY_VALUE" in mapping(target, "template", "data")
    if text(target, "deletionPolicy") == "Delete" and not volume:
        yield (
            ("target", "deletionPolicy"),
            "deletes its Secret when the store is empty for a moment",
        )
    if not text(target, "name"):
        yield ("target", "name"), "does not name the Secret that it makes"
    elif text(target, "name") != item.name:
        yield ("target", "name"), f"makes a Secret of another name, {text(target, 'name')}"
    yield from _entries(item)
    yield from _template(item)


def _entries(item: Object) -> Iterator[tuple[Path, str]]:
    taken: set[str] = set()
    sources: set[tuple[str, str]] = set()
    entries = [*mappings(item.data, "spec", "data")]
    if not entries and not mapping(item.data, "spec").get("dataFrom"):
        yield ("data",), "fetches nothing"
    for index, entry in entries:
        key, remote = text(entry, "secretKey"), mapping(entry, "remoteRef")
        where: Path = ("data", index)
        if key in taken:
            yield (*where, "secretKey"), f"fetches {key} twice"
        taken.add(key)
        source = (text(remote, "key"), text(remote, "property"))
        if not all(source):
            yield (*where, "remoteRef"), f"does not say where {key} lies (key and property)"
        elif source in sources:
            yield (*where, "remoteRef"), f"fetches {'.'.join(source)} under two names"
        sources.add(source)
        for field in _DEFAULTS:
            if not text(remote, field):
                message = (
                    f"leaves {field} of {key} to the operator, which ArgoCD shows as a difference"
                )
                yield (*where, "remoteRef", field), message
    for index, entry in mappings(item.data, "spec", "dataFrom"):
        extract = mapping(entry, "extract")
        if extract:
            for field in _DEFAULTS:
                if not text(extract, field):
                    yield ("dataFrom", index, "extract", field), f"leaves {field} to the operator"


def _template(item: Object) -> Iterator[tuple[Path, str]]:
    template = mapping(item.data, "spec", "target", "template")
    made = labels(template, "data")
    if not made:
        return
    where: Path = ("target", "template")
    if text(template, "engineVersion") not in ("", "v2"):
        yield (*where, "engineVersion"), "uses a template engine that is no longer there"
    fetched = {text(entry, "secretKey") for _, entry in mappings(item.data, "spec", "data")}
    read: set[str] = set()
    for key, value in made.items():
        for part in re.findall(r"\{\{(.*?)\}\}", value):
            names = set(_FIELD.findall(part))
            read |= names
            for name in sorted(names - fetched):
                if not mapping(item.data, "spec").get("dataFrom"):
                    yield (*where, "data", key), f"reads {name}, which it does not fetch"
    for name in sorted(fetched - read):
        yield ("data",), f"fetches {name}, which its template does not read"


def _store(item: Object) -> Iterator[tuple[Path, str]]:
    providers = mapping(item.data, "spec", "provider")
    if len(providers) != 1:
        yield ("provider",), "needs exactly one provider"
    vault = mapping(providers, "vault")
    if not vault:
        return
    where: Path = ("provider", "vault")
    if not text(vault, "server").startswith("https://"):
        yield (*where, "server"), f"speaks to {text(vault, 'server') or 'nobody'} without TLS"
    if text(vault, "version") != "v2":
        yield (*where, "version"), "does not say version v2 of the key-value engine"
    if not text(vault, "path"):
        yield (*where, "path"), "does not say where the key-value engine is (path)"
    login = mapping(vault, "auth", "kubernetes")
    if not login:
        if mapping(vault, "auth", "tokenSecretRef"):
            yield (*where, "auth"), "logs in with a token that somebody has to renew"
        return
    for field in ("mountPath", "role"):
        if not text(login, field):
            yield (*where, "auth", "kubernetes", field), f"does not say its {field}"
    if not text(login, "serviceAccountRef", "name"):
        yield (
            (*where, "auth", "kubernetes", "serviceAccountRef"),
            "does not say whose token it shows",
        )
    if item.kind == "ClusterSecretStore" and not mapping(item.data, "spec").get("conditions"):
        yield (
            ("conditions",),
            "serves every namespace: whoever may write an ExternalSecret reads it all",
        )
