"""What OpenBao allows to whom: ``keys/policies/<policy>.hcl``, read from there when it is applied.

Every login has its own paths and nothing beside them; no path is wider than an engine's folder, and
no right is ``sudo``. Source: openbao.org/docs, "Policies", "KV version 2", "Transit", "AppRole".
"""

from collections.abc import Iterator
from typing import TYPE_CHECKING

from blueprints.emit.hcl import quoted
from blueprints.emit.text import comment
from blueprints.engine.blueprint import File
from tce.custody import names
from tce.custody.custody import POLICIES, Capability, Policy, Rule
from tce.render.pki.issuers import namespaces as issued
from tce.render.secrets.stores import ARGOCD, CLIENTS, logins
from tce.render.storage.volumes import claims

if TYPE_CHECKING:
    from tce.intent.spec import Bao, Specification

_Rights = tuple[str, tuple[Capability, ...]]
"""A path, and what may be done there."""
_SELF: tuple[_Rights, ...] = (
    ("auth/token/lookup-self", ("read",)),
    ("auth/token/renew-self", ("update",)),
)
"""A login knows of itself how long it lasts."""


def files(spec: "Specification") -> Iterator[File]:
    """One for each policy."""
    for one in policies(spec):
        yield File(f"{POLICIES}/{one.name}.hcl", text(one))


def text(policy: Policy) -> bytes:
    """A policy as OpenBao reads it."""
    blocks = (
        f"\npath {quoted(one.path)} {{\n  capabilities = [{_list(one)}]\n}}\n"
        for one in policy.rules
    )
    return (comment(policy.why) + "".join(blocks)).encode()


def _list(rule: Rule) -> str:
    return ", ".join(map(quoted, rule.capabilities))


def policies(spec: "Specification") -> Iterator[Policy]:
    """Every policy: of the cluster's logins, and of the institution's own."""
    yield from _cluster(spec)
    yield from _staff(spec)


def _policy(bao: "Bao", role: str, why: str, rules: list[_Rights]) -> Policy:
    made = [Rule(path=path, capabilities=list(said)) for path, said in rules]
    return Policy(name=names.policy(bao.mounts, role), why=why, rules=made)


def _cluster(spec: "Specification") -> Iterator[Policy]:
    bao = spec.keys.bao
    transit, volumes = names.transit(bao.mounts), names.volumes(bao.mounts)
    yield _policy(
        bao,
        "kms",
        "The plugin of the API servers, by AppRole: it uses the key of etcd and never sees it.",
        [
            (f"{transit}/encrypt/{names.ETCD}", ("update",)),
            (f"{transit}/decrypt/{names.ETCD}", ("update",)),
            (f"{transit}/keys/{names.ETCD}", ("read",)),
            *_SELF,
        ],
    )
    for login in logins(spec):
        own = [f"{login.namespace}/*"]
        if login.namespace == ARGOCD:
            # What it reads Git with, and what it shares with Dex.
            own = [spec.git.credentials, CLIENTS]
        yield _policy(
            bao,
            login.role,
            f"Service account {login.store} of namespace {login.namespace}: reads its secrets.",
            [(f"{bao.mounts}-{login.engine}/data/{path}", ("read",)) for path in own],
        )
    for namespace in issued(spec):
        yield _policy(
            bao,
            f"{namespace}-pki",
            f"cert-manager for namespace {namespace}: certificates for its own names.",
            [(f"{bao.pki}/sign/{names.issuer(bao.mounts, namespace)}", ("create", "update"))],
        )
    if spec.ceph is not None and any(claims(spec)):
        yield _policy(
            bao,
            "csi",
            "Ceph's driver, as service account ceph-csi-vault-sa of a claim's namespace: "
            "passphrases of volumes, destroyed with them.",
            [
                (f"{volumes}/data/*", ("create", "read", "update", "delete")),
                (f"{volumes}/metadata/*", ("read", "delete")),
                (f"{volumes}/destroy/*", ("update",)),
                (f"sys/mounts/{volumes}", ("read",)),
            ],
        )


def _staff(spec: "Specification") -> Iterator[Policy]:
    bao, mounts = spec.keys.bao, spec.keys.bao.mounts
    transit, headers, wrapped = names.transit(mounts), names.headers(mounts), names.wrapped(mounts)
    volumes, staff = names.volumes(mounts), f"auth/{names.staff(mounts)}/role"
    sign: list[_Rights] = [
        (f"{transit}/sign/{names.EVIDENCE}", ("update",)),
        (f"{transit}/keys/{names.EVIDENCE}", ("read",)),
    ]
    buckets = [(one.name, names.bucket(one.name)) for one in spec.keys.buckets]
    yield _policy(
        bao,
        names.SENDER,
        "Who seals: adds headers of new objects and versions; opens nothing.",
        [
            *_headers(headers),
            *_SELF,
        ],
    )
    for name, key in buckets:
        yield _policy(
            bao,
            names.opener(name),
            f"Who opens objects of bucket {name}, and of no other: its identity and the headers.",
            [
                (f"{wrapped}/data/{names.IDENTITIES}/{name}", ("read",)),
                (f"{transit}/decrypt/{key}", ("update",)),
                (f"{headers}/data/objects/*", ("read",)),
                (f"{headers}/data/ids/*", ("read",)),
                (f"{headers}/metadata/objects/*", ("read", "list")),
                *_SELF,
            ],
        )
    yield _policy(
        bao,
        names.AUDITOR,
        "What signs records of proofs and ceremonies, and reads which keys there are.",
        [
            *sign,
            (f"{transit}/keys", ("list",)),
            *[(f"{transit}/keys/{key}", ("read",)) for _, key in buckets],
            (f"{transit}/keys/{names.ETCD}", ("read",)),
            *_SELF,
        ],
    )
    yield _policy(
        bao,
        names.OFFICER,
        "Officers, day by day: new identities, passphrases and logins, rotation; destroys nothing.",
        [
            *sign,
            (f"{transit}/keys", ("list",)),
            *_each(f"{transit}/keys/{{}}", [names.ETCD, *_keys(buckets)], ("read",)),
            *_each(
                f"{transit}/keys/{{}}/rotate",
                [names.ETCD, names.EVIDENCE, *_keys(buckets)],
                ("update",),
            ),
            *_each(f"{transit}/encrypt/{{}}", _keys(buckets), ("update",)),
            *_each(f"{transit}/decrypt/{{}}", _keys(buckets), ("update",)),
            *_each(f"{transit}/rewrap/{{}}", _keys(buckets), ("update",)),
            (f"{wrapped}/data/{names.IDENTITIES}/*", ("create", "read", "update")),
            (f"{wrapped}/metadata/{names.IDENTITIES}/*", ("read", "list")),
            *_headers(headers),
            # Without `update`: what was used once stays used.
            (f"{headers}/data/{names.ORDERS}/*", ("create", "read")),
            (f"{volumes}/data/*", ("create",)),
            (f"{volumes}/metadata/*", ("read", "list")),
            *_each(f"{staff}/{{}}/role-id", _everyday(spec), ("read",)),
            *_each(f"{staff}/{{}}/secret-id", _everyday(spec), ("update",)),
            (f"auth/{names.servers(mounts)}/role/kms/role-id", ("read",)),
            (f"auth/{names.servers(mounts)}/role/kms/secret-id", ("update",)),
            # What is saved is encrypted by OpenBao, and sealed to the root besides.
            ("sys/storage/raft/snapshot", ("read",)),
            # Of no use without the root, which several officers have to bring.
            ("sys/generate-root-token/attempt", ("read", "update", "delete")),
            ("sys/generate-root-token/update", ("update",)),
            *_SELF,
        ],
    )
    yield _policy(
        bao,
        names.DESTROYER,
        "A ceremony of several officers that destroys: keys, identities, headers, passphrases. "
        "Its tokens live for minutes.",
        [
            *sign,
            *_each(f"{transit}/keys/{{}}", _keys(buckets), ("read", "delete")),
            *_each(f"{transit}/keys/{{}}/config", _keys(buckets), ("update",)),
            *_each(f"{transit}/keys/{{}}/trim", _keys(buckets), ("update",)),
            (f"{headers}/data/{names.ORDERS}/*", ("create", "read")),
            *_gone(wrapped, f"{names.IDENTITIES}/*"),
            *_gone(volumes, "*"),
            # What takes a header's place says by which order it was destroyed.
            (f"{headers}/data/objects/*", ("read", "update", "delete")),
            (f"{headers}/destroy/objects/*", ("update",)),
            (f"{headers}/metadata/objects/*", ("read", "list", "delete")),
            (f"{headers}/data/ids/*", ("read",)),
            (f"{headers}/metadata/ids/*", ("delete",)),
            *_SELF,
        ],
    )


def _keys(buckets: list[tuple[str, str]]) -> list[str]:
    return [key for _, key in buckets]


def _everyday(spec: "Specification") -> list[str]:
    """Logins that an officer may hand out: never another officer's, never the destroyer's."""
    openers = [names.opener(one.name) for one in spec.keys.buckets]
    return [names.SENDER, names.AUDITOR, *openers]


def _each(path: str, said: list[str], rights: tuple[Capability, ...]) -> list[_Rights]:
    return [(path.format(one), rights) for one in said]


def _headers(engine: str) -> list[_Rights]:
    """Adds and replaces headers, and cannot make the engine keep old ones."""
    return [
        (f"{engine}/data/objects/*", ("create", "read", "update")),
        (f"{engine}/metadata/objects/*", ("create", "read", "list")),
        (f"{engine}/data/ids/*", ("create", "read")),
        (f"{engine}/metadata/ids/*", ("delete",)),
    ]


def _gone(engine: str, below: str) -> list[_Rights]:
    """All versions, and what is known of them: a version that is only deleted comes back."""
    return [
        (f"{engine}/data/{below}", ("delete",)),
        (f"{engine}/destroy/{below}", ("update",)),
        (f"{engine}/metadata/{below}", ("read", "list", "delete")),
    ]
