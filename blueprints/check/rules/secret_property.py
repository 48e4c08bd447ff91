"""A key of a Secret is filled from another property, or another entry of the store, than is meant.

Looks at `data` of ExternalSecrets: the last words of `secretKey` are those of
`remoteRef.property` (`AWS_ACCESS_KEY_ID` from `access_key_id`). The secrets of Dex's clients may
lie beside each other under the clients' names, and be called by them. In a repository of sandboxes
the entries of the store are those that its specification names, or lie below the prefix of one of
its projects.

The store has a property of the wrong name as well, and then a program logs in with a user name for
its password.

Read the property that is meant.
"""

import re
from collections.abc import Iterator

from blueprints.check import events
from blueprints.check.cluster import cluster
from blueprints.check.cluster.cluster import Cluster
from blueprints.check.cluster.report import found
from blueprints.check.cluster.shape import mapping, mappings, scalars, text
from blueprints.check.cluster.specification import specification
from blueprints.check.documents import Object
from blueprints.check.finding import Finding, Level, NotChecked
from blueprints.check.repository import Repository
from blueprints.check.settings import Settings

ID = "secret-property"
LEVEL = Level.WARNING

_CLIENTS = "dex/clients"
"""Where the secrets of Dex's clients lie unless the specification says otherwise."""


def check(repo: Repository, settings: Settings) -> Iterator[Finding | NotChecked]:
    """Every key that is filled from elsewhere."""
    known = cluster.of(repo, settings)
    clients = dict(_clients(known))
    named = _named(repo)
    for item in known.of_kind("ExternalSecret"):
        if named is not None:
            yield from _entries(item, *named)
        for index, entry in mappings(item.data, "spec", "data"):
            key, wanted = text(entry, "secretKey"), text(entry, "remoteRef", "property")
            if not key or not wanted or wanted in clients:
                continue
            if key in clients.values() and wanted == "client_secret":
                continue
            if not _words(key).endswith(_words(wanted)):
                where = ("spec", "data", index, "remoteRef", "property")
                yield found(ID, LEVEL, item, where, f"{item}: {key} comes from {wanted}")


def _named(repo: Repository) -> tuple[frozenset[str], tuple[str, ...]] | None:
    """Entries that the specification names, and prefixes of projects."""
    said = specification(repo)
    if said is None:
        return None
    top = text(said.site, "secrets", "prefix") or "sandboxes"
    names = {value for _, value in scalars(said.site) if isinstance(value, str)}
    return frozenset({*names, _CLIENTS}), tuple(f"{top}/{name}/" for name in said.projects)


def _entries(item: Object, names: frozenset[str], prefixes: tuple[str, ...]) -> Iterator[Finding]:
    for index, entry in mappings(item.data, "spec", "data"):
        key = text(entry, "remoteRef", "key")
        if key and ("/" not in key or key not in names) and not key.startswith(prefixes):
            where = ("spec", "data", index, "remoteRef", "key")
            message = f"{item} reads {key}, which the specification does not name"
            yield found(ID, LEVEL, item, where, message)


def _words(name: str) -> str:
    return re.sub(r"[^a-z0-9]", "", name.lower())


def _clients(known: Cluster) -> Iterator[tuple[str, str]]:
    """Names of what logs people in through Dex, and the variable that has the secret of each."""
    for item in known.of_kind("ConfigMap"):
        for value in mapping(item.data, "data").values():
            if isinstance(value, str) and "staticClients" in value:
                for document in events.read(value)[0]:
                    for _, client in mappings(document.data, "staticClients"):
                        yield text(client, "id"), text(client, "secretEnv")
