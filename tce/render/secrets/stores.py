"""One store for each namespace that has secrets, with a login of its own.

A ClusterSecretStore would lend one identity to whoever may write an ExternalSecret anywhere
(external-secrets#3827). Volumes' passphrases are another engine, another login, and another store
than programs' secrets. Source: external-secrets.io, "HashiCorp Vault" (OpenBao speaks the same).
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from blueprints.engine.blueprint import File
from blueprints.parts.manifests import Document, manifest, yaml_file
from tce.render.storage import ceph
from tce.render.storage.volumes import claims
from tce.render.trust import bundle

if TYPE_CHECKING:
    from tce.intent.spec import Bao, Specification

API = "external-secrets.io/v1"
APPS, VOLUMES = "bao", "bao-csi"
"""Names of stores, and of the service accounts that log in for them."""
ARGOCD, DEX = "argocd", "dex"
_DEFAULTS = {
    # Written out, or Argo CD would see a difference for ever (external-secrets#6797).
    "conversionStrategy": "Default",
    "decodingStrategy": "None",
    "metadataPolicy": "None",
    "nullBytePolicy": "Ignore",
}
CLIENTS = "dex/clients"
"""What Dex's clients share with it: ``argocd``."""
_CRYPTO = {
    # XTS halves its key: 512 bits are AES-256.
    "CRYPTO_KEY_PROVIDER": "secret",
    "CRYPTO_KEY_CIPHER": "aes-xts-plain64",
    "CRYPTO_KEY_HASH": "sha256",
    "CRYPTO_KEY_SIZE": "512",
    "CRYPTO_PBKDF": "argon2i",
}


@dataclass(frozen=True)
class Login:
    """Who reads what: a service account of a namespace, and a role of OpenBao bound to it."""

    namespace: str
    store: str
    engine: str

    @property
    def role(self) -> str:
        """OpenBao's role, and the policy of the same name."""
        return f"{self.namespace}-{self.engine}"


def logins(spec: "Specification") -> tuple[Login, ...]:
    """All of them, sorted."""
    found = {Login(ARGOCD, APPS, "apps"), Login(DEX, APPS, "apps")}
    found |= {Login(sandbox.name, APPS, "apps") for sandbox in spec.sandboxes}
    if spec.ceph is None:
        found |= {Login(namespace, VOLUMES, "csi") for namespace, _ in claims(spec)}
    else:
        found.add(Login(ceph.NAMESPACE, APPS, "apps"))
    return tuple(sorted(found, key=lambda one: (one.namespace, one.store)))


def files(spec: "Specification") -> Iterator[File]:
    """``k8s/secrets/<namespace>.yaml``."""
    for namespace in dict.fromkeys(one.namespace for one in logins(spec)):
        yield yaml_file(f"k8s/secrets/{namespace}.yaml", list(documents(spec, namespace)))


def documents(spec: "Specification", namespace: str) -> Iterator[Document]:
    """Stores of a namespace, and what is fetched by them."""
    for login in logins(spec):
        if login.namespace == namespace:
            yield _account(login)
            yield _store(spec.keys.bao, login)
    if namespace == ARGOCD:
        for name, url in (("git-repository", spec.git.repository), ("git-charts", spec.git.charts)):
            yield _git(name, url, spec.git.credentials)
    if spec.ceph is None:
        for owner, claim in claims(spec):
            if owner == namespace:
                yield _passphrase(namespace, claim)
    elif namespace == ceph.NAMESPACE:
        yield _ceph()


def _account(login: Login) -> Document:
    return manifest(
        "v1",
        "ServiceAccount",
        login.store,
        part_of="platform",
        component="secrets",
        namespace=login.namespace,
        automountServiceAccountToken=False,
    )


def _store(bao: "Bao", login: Login) -> Document:
    return manifest(
        API,
        "SecretStore",
        login.store,
        part_of="platform",
        component="secrets",
        namespace=login.namespace,
        spec={
            "provider": {
                "vault": {
                    "server": bao.server.rstrip("/"),
                    "path": f"{bao.mounts}-{login.engine}",
                    "version": "v2",
                    **bundle(bao),
                    "auth": {
                        "kubernetes": {
                            "mountPath": bao.auth,
                            "role": login.role,
                            "serviceAccountRef": {"name": login.store},
                        }
                    },
                }
            }
        },
    )


def _passphrase(namespace: str, claim: str) -> Document:
    """The Secret that Longhorn opens a volume with; called like the claim."""
    return _secret(
        namespace,
        claim,
        VOLUMES,
        {"CRYPTO_KEY_VALUE": "{{ .passphrase }}", **_CRYPTO},
        [("passphrase", f"{namespace}/{claim}", "passphrase")],
    )


def _ceph() -> Document:
    """As whom the driver speaks to the provider's Ceph: it opens no volume's content."""
    names = {"userID": "user", "userKey": "key"}
    return _secret(
        ceph.NAMESPACE,
        ceph.CREDENTIAL,
        APPS,
        {name: f"{{{{ .{key} }}}}" for name, key in names.items()},
        [(key, f"{ceph.NAMESPACE}/rbd", key) for key in names.values()],
    )


def _git(name: str, url: str, key: str) -> Document:
    """What Argo CD reads a repository with."""
    return _secret(
        ARGOCD,
        name,
        APPS,
        {
            "type": "git",
            "url": url,
            "username": "{{ .username }}",
            "password": "{{ .password }}",
        },
        [(one, key, one) for one in ("username", "password")],
        {"argocd.argoproj.io/secret-type": "repository"},
    )


def _secret(
    namespace: str,
    name: str,
    store: str,
    data: dict[str, str],
    read: list[tuple[str, str, str]],
    labels: dict[str, str] | None = None,
) -> Document:
    template: Document = {
        "engineVersion": "v2",
        "mergePolicy": "Replace",
        "metadata": {"labels": labels or {}},
        "data": data,
    }
    return manifest(
        API,
        "ExternalSecret",
        name,
        part_of="platform",
        component="secrets",
        namespace=namespace,
        spec={
            "refreshInterval": "1h0m0s",
            "secretStoreRef": {"kind": "SecretStore", "name": store},
            "target": {
                "name": name,
                "creationPolicy": "Owner",
                # A passphrase that is gone from OpenBao is gone: no copy of it stays behind.
                "deletionPolicy": "Delete" if store == VOLUMES else "Retain",
                "template": template,
            },
            "data": [
                {"secretKey": key, "remoteRef": {"key": path, "property": field, **_DEFAULTS}}
                for key, path, field in read
            ],
        },
    )
