"""A store of secrets that every namespace of a trusted environment may ask.

Looks at ClusterSecretStores and ClusterExternalSecrets in repositories of trusted environments.

Whoever may write an ExternalSecret in any namespace reads everything that the store's one identity
may read: the operator logs in as itself and not as the namespace that asks
(external-secrets/external-secrets#3827).

Write a SecretStore in each namespace, with a service account and a role in OpenBao of its own.
"""

from collections.abc import Iterator

from blueprints.check.cluster.report import found
from blueprints.check.documents import walk
from blueprints.check.finding import Finding, Level, NotChecked
from blueprints.check.repository import Repository
from blueprints.check.settings import Settings
from tce.check.environment import environment

ID = "cluster-secret-store"
LEVEL = Level.ERROR

_KINDS = ("ClusterSecretStore", "ClusterExternalSecret")


def check(repo: Repository, settings: Settings) -> Iterator[Finding | NotChecked]:
    """Every store, and everything that is fetched, for more than one namespace."""
    if environment(repo) is None:
        return
    for item in repo.of_kind(*_KINDS):
        message = f"{item} serves every namespace with one identity"
        yield found(ID, LEVEL, item, ("kind",), message, "write a SecretStore in each namespace")
    for item in repo.of_kind("ExternalSecret", "PushSecret"):
        for path, value in walk(item.data):
            if path[-1:] == ("kind",) and value == "ClusterSecretStore":
                message = f"{item} asks a store that serves every namespace"
                yield found(ID, LEVEL, item, path, message, "name the namespace's SecretStore")
