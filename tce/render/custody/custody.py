"""``keys/custody.yaml``: everything of an environment that its OpenBao is brought to."""

from collections.abc import Iterator
from typing import TYPE_CHECKING

from blueprints.engine.blueprint import File
from blueprints.parts.manifests import yaml_file
from tce.custody import custody as value
from tce.custody import names
from tce.custody.custody import (
    AppRole,
    Custody,
    Engine,
    Identity,
    Issuer,
    ServiceAccount,
    TransitKey,
    Volume,
)
from tce.render.cluster.machines import nodes
from tce.render.custody.policies import policies
from tce.render.pki import issuers
from tce.render.secrets.stores import logins
from tce.render.storage.ceph import ACCOUNT as CSI_ACCOUNT
from tce.render.storage.volumes import claims

if TYPE_CHECKING:
    from tce.intent.spec import Specification

_QUARTER = 90 * 24
_MONTH = 31 * 24
_HEADER = """\
What `tutela tce keys apply` brings OpenBao to, and what `tutela tce keys status` compares it with.
Names and public parts only. Made from spec.yaml: change it there."""


def files(spec: "Specification") -> Iterator[File]:
    """One file."""
    document = custody(spec).model_dump(mode="json", by_alias=True)
    yield yaml_file(value.FILE, [document], _HEADER)


def custody(spec: "Specification") -> Custody:
    """The value."""
    bao = spec.keys.bao
    transit = names.transit(bao.mounts)
    return Custody(
        schema_="tutela/custody/v1",
        environment=spec.name,
        server=bao.server.rstrip("/"),
        engines=list(_engines(spec)),
        keys=list(_keys(spec)),
        policies=[one.name for one in policies(spec)],
        approles=list(_approles(spec)),
        accounts=list(_accounts(spec)),
        issuers=list(_issuers(spec)),
        identities=[
            Identity(
                name=one.name,
                engine=names.wrapped(bao.mounts),
                key=f"{transit}/keys/{names.bucket(one.name)}",
                place=one.place,
            )
            for one in spec.keys.buckets
        ],
        volumes=list(_volumes(spec)),
        evidence=f"{transit}/keys/{names.EVIDENCE}",
        headers=names.headers(bao.mounts),
    )


def _engines(spec: "Specification") -> Iterator[Engine]:
    mounts = spec.keys.bao.mounts
    yield Engine(path=names.transit(mounts), type="transit", what="keys that never leave OpenBao")
    yield Engine(path=names.apps(mounts), type="kv", what="secrets of programs")
    yield Engine(path=names.volumes(mounts), type="kv", what="passphrases of volumes")
    yield Engine(path=names.wrapped(mounts), type="kv", what="identities of buckets, each wrapped")
    yield Engine(
        path=names.headers(mounts), type="kv", what="headers of sealed objects, used orders"
    )
    yield Engine(path=spec.keys.bao.pki, type="pki", what="certificates of services")


def _keys(spec: "Specification") -> Iterator[TransitKey]:
    engine = names.transit(spec.keys.bao.mounts)
    yield TransitKey(
        engine=engine,
        name=names.ETCD,
        type="aes256-gcm96",
        rotate_hours=_QUARTER,
        what="secrets of the cluster in etcd (KMSv2)",
    )
    yield TransitKey(
        engine=engine,
        name=names.EVIDENCE,
        type="ed25519",
        # Its public half is in Git: it changes with a commit, never by itself.
        rotate_hours=0,
        what="signs records of proofs and ceremonies",
    )
    for one in spec.keys.buckets:
        yield TransitKey(
            engine=engine,
            name=names.bucket(one.name),
            type="aes256-gcm96",
            rotate_hours=_QUARTER,
            what=f"wraps the identity of {one.place}",
        )


def _approles(spec: "Specification") -> Iterator[AppRole]:
    bao = spec.keys.bao
    yield AppRole(
        mount=names.servers(bao.mounts),
        name="kms",
        policies=[names.policy(bao.mounts, "kms")],
        cidrs=[
            f"{one.address}/{128 if ':' in one.address else 32}"
            for one in nodes(spec)
            if one.role == "server"
        ],
        period_seconds=3600,
    )
    openers = [names.opener(one.name) for one in spec.keys.buckets]
    for name in (names.SENDER, *openers, names.AUDITOR, names.OFFICER):
        yield _staff(bao.mounts, name, 3600)
    yield _staff(bao.mounts, names.DESTROYER, 600)


def _staff(mounts: str, name: str, seconds: int) -> AppRole:
    policies_ = [names.policy(mounts, name)]
    return AppRole(mount=names.staff(mounts), name=name, policies=policies_, ttl_seconds=seconds)


def _accounts(spec: "Specification") -> Iterator[ServiceAccount]:
    bao = spec.keys.bao
    for login in logins(spec):
        yield ServiceAccount(
            mount=bao.auth,
            name=login.role,
            accounts=[login.store],
            namespaces=[login.namespace],
            policies=[names.policy(bao.mounts, login.role)],
        )
    for namespace in issuers.namespaces(spec):
        role = f"{namespace}-pki"
        yield ServiceAccount(
            mount=bao.auth,
            name=role,
            accounts=[issuers.ACCOUNT],
            namespaces=[namespace],
            policies=[names.policy(bao.mounts, role)],
            # cert-manager asks for tokens of this audience and no other.
            audience=f"vault://{namespace}/{issuers.ISSUER}",
        )
    spaces = list(dict.fromkeys(namespace for namespace, _ in claims(spec)))
    if spec.ceph is not None and spaces:
        yield ServiceAccount(
            mount=bao.auth,
            name="csi",
            accounts=[CSI_ACCOUNT],
            namespaces=spaces,
            policies=[names.policy(bao.mounts, "csi")],
        )


def _issuers(spec: "Specification") -> Iterator[Issuer]:
    bao = spec.keys.bao
    for namespace in issuers.namespaces(spec):
        yield Issuer(
            engine=bao.pki,
            name=names.issuer(bao.mounts, namespace),
            domains=[host for owner, _, host in issuers.hosts(spec) if owner == namespace],
            ttl_hours=_MONTH,
        )


def _volumes(spec: "Specification") -> Iterator[Volume]:
    """Those whose passphrase has to be there before; Ceph's driver makes its own, by volume."""
    if spec.ceph is None:
        engine = names.volumes(spec.keys.bao.mounts)
        for namespace, name in claims(spec):
            yield Volume(engine=engine, path=f"{namespace}/{name}", made_by="officers")
