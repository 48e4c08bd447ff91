"""A key service that is asked without checking who it is, or that keeps what was destroyed.

Looks at the settings of Ceph's CSI driver (`config.json`), at stores of External Secrets and
issuers of cert-manager: an address without TLS, `vaultCAVerify: "false"`, `vaultDestroyKeys:
"false"`, and `vaultAddress` inside of the cluster.

Upstream examples have all three. Whoever sits between reads every key, and a key that is only
marked as deleted still opens the disk: shredding did not happen.

Write https, `"true"`, and an authority of the institution.
"""

import json
from collections.abc import Iterator, Mapping
from typing import Any

from blueprints.check.cluster.report import found
from blueprints.check.cluster.shape import mapping, text
from blueprints.check.documents import walk
from blueprints.check.finding import Finding, Level, NotChecked
from blueprints.check.repository import Repository
from blueprints.check.settings import Settings
from tce.check.environment import environment

ID = "key-service"
LEVEL = Level.ERROR

_TRUE = {
    "vaultCAVerify": "does not check who answers",
    "vaultDestroyKeys": "keeps keys that were destroyed",
}
_SERVERS = ("vaultAddress", "server", "vaultAuthAddress")


def check(repo: Repository, settings: Settings) -> Iterator[Finding | NotChecked]:
    """Every address and every switch of the drivers that hold keys."""
    if environment(repo) is None:
        return
    for item in repo.of_kind("ConfigMap"):
        for key, value in mapping(item.data, "data").items():
            if isinstance(value, str) and "encryptionKMSType" in value:
                for message in _judged(_read(value)):
                    yield found(ID, LEVEL, item, ("data", key), f"{item}: {message}")
    for item in repo.of_kind("SecretStore", "ClusterSecretStore", "Issuer", "ClusterIssuer"):
        for place in (("spec", "provider", "vault", "server"), ("spec", "vault", "server")):
            server = text(item.data, *place)
            if server and not server.startswith("https://"):
                yield found(ID, LEVEL, item, place, f"{item}: {server} is asked without TLS")


def _read(value: str) -> Any:
    try:
        return json.loads(value)
    except (ValueError, RecursionError):
        return None


def _judged(data: Any) -> Iterator[str]:
    for path, value in walk(data):
        key = path[-1] if path else ""
        if key in _SERVERS and isinstance(value, str) and not value.startswith("https://"):
            yield f"{value} is asked without TLS"
        elif key in _TRUE and value != "true":
            yield f'{key} {_TRUE[str(key)]}: write "true"'
        elif isinstance(value, Mapping) and "encryptionKMSType" in value:
            for name, why in _TRUE.items():
                if name not in value:
                    yield f'without {name} it {why}: write "true"'
