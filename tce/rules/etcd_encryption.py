"""Secrets in etcd that a key on the server's own disk opens, or none.

Looks at EncryptionConfigurations (`identity`, which stores in the clear; `aescbc`, `secretbox` and
`aesgcm`, whose key stands in the file; `kms` of version 1) and at RKE2's settings
(`secrets-encryption-provider` beside `encryption-provider-config`).

`identity` first means that nothing is encrypted, and as the last it reads what never was; a key on
the server goes to whoever copies its disk. RKE2 writes a file of its own, and of two settings one
wins (rancher/rke2#850).

Name a KMS plugin of version 2 only; `identity` stands there while secrets are rewritten, no longer.
"""

from collections.abc import Iterator

from blueprints.check.cluster.report import found
from blueprints.check.cluster.shape import Path, mappings
from blueprints.check.finding import Finding, Level, NotChecked
from blueprints.check.repository import Repository
from blueprints.check.settings import Settings
from tce.check.environment import environment

ID = "etcd-encryption"
LEVEL = Level.ERROR

_ON_DISK = ("aescbc", "aesgcm", "secretbox")


def check(repo: Repository, settings: Settings) -> Iterator[Finding | NotChecked]:
    """Every provider of every configuration, and which file RKE2 takes."""
    if environment(repo) is None:
        return
    for item in repo.of_kind("EncryptionConfiguration"):
        for n, entry in mappings(item.data, "resources"):
            for k, provider in mappings(entry, "providers"):
                where: Path = ("resources", n, "providers", k)
                for name in provider:
                    if name == "identity":
                        message = "identity stores secrets in the clear"
                        yield found(ID, LEVEL, item, (*where, name), message)
                    elif name in _ON_DISK:
                        message = f"the key of {name} lies on the server's disk"
                        yield found(ID, LEVEL, item, (*where, name), message)
                kms = provider.get("kms")
                if isinstance(kms, dict) and kms.get("apiVersion") != "v2":
                    message = "kms of version 1 has no key of its own for each secret"
                    yield found(ID, LEVEL, item, (*where, "kms"), message, "write apiVersion: v2")
    for file in repo.yaml_files:
        if not file.startswith("rke2/"):
            continue
        for document in repo.yaml(file):
            data = document.data
            if isinstance(data, dict) and "secrets-encryption-provider" in data:
                line = document.line_of("secrets-encryption-provider")
                message = "secrets-encryption-provider keeps its key on the server's disk"
                yield Finding(file, line, ID, message, LEVEL, "name encryption-provider-config")
