"""What OpenBao allows to whom: ``keys/policies/<role>.hcl``, installed by the key officers.

Every login reads its own namespace's paths and nothing beside them. Source: openbao.org/docs,
"Policies", "KV version 2", "Transit".
"""

from collections.abc import Iterator
from typing import TYPE_CHECKING

from blueprints.emit.text import comment
from blueprints.engine.blueprint import File
from tce.render.cluster.encryption import KEY
from tce.render.pki.issuers import namespaces as issued
from tce.render.secrets.stores import ARGOCD, CLIENTS, logins
from tce.render.storage.volumes import claims

if TYPE_CHECKING:
    from tce.intent.spec import Specification


def files(spec: "Specification") -> Iterator[File]:
    """One for each role."""
    for name, why, paths in rules(spec):
        text = comment(why) + "".join(
            f'\npath "{path}" {{\n  capabilities = [{", ".join(map(_quoted, said))}]\n}}\n'
            for path, said in paths
        )
        yield File(f"keys/policies/{name}.hcl", text.encode())


def _quoted(word: str) -> str:
    return f'"{word}"'


Rule = tuple[str, str, list[tuple[str, tuple[str, ...]]]]


def rules(spec: "Specification") -> Iterator[Rule]:
    """Name, reason and paths of every policy."""
    mounts = spec.keys.bao.mounts
    transit = f"{mounts}-transit"
    yield (
        "kms",
        "The plugin of the API servers, by AppRole: it uses the key of etcd and never sees it.",
        [
            (f"{transit}/encrypt/{KEY}", ("update",)),
            (f"{transit}/decrypt/{KEY}", ("update",)),
            (f"{transit}/keys/{KEY}", ("read",)),
            ("auth/token/lookup-self", ("read",)),
            ("auth/token/renew-self", ("update",)),
        ],
    )
    for login in logins(spec):
        own = [f"{login.namespace}/*"]
        if login.namespace == ARGOCD:
            # What it reads Git with, and what it shares with Dex.
            own = [spec.git.credentials, CLIENTS]
        yield (
            login.role,
            f"Service account {login.store} of namespace {login.namespace}: reads its secrets.",
            [(f"{mounts}-{login.engine}/data/{path}", ("read",)) for path in own],
        )
    for namespace in issued(spec):
        yield (
            f"{namespace}-pki",
            f"cert-manager for namespace {namespace}: certificates for its own names.",
            [(f"{spec.keys.bao.pki}/sign/{namespace}", ("create", "update"))],
        )
    if spec.ceph is not None and any(claims(spec)):
        yield (
            "csi",
            "Ceph's driver, as service account ceph-csi-vault-sa of a claim's namespace: "
            "passphrases of volumes, destroyed with them.",
            [
                (f"{mounts}-csi/data/*", ("create", "read", "update", "delete")),
                (f"{mounts}-csi/metadata/*", ("read", "delete")),
                (f"{mounts}-csi/destroy/*", ("update",)),
                (f"sys/mounts/{mounts}-csi", ("read",)),
            ],
        )
