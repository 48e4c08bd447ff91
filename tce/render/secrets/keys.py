"""``keys/``: what is public of keys, where it comes from and who puts it there.

The authority's certificate comes from the specification. Advertisements of Tang and the signers'
public keys are made by the key officers and added by them; everything that needs one says so, and
stops without it.
"""

from collections.abc import Iterable, Iterator, Sequence
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from blueprints.engine.blueprint import File
from tce.custody.custody import FILE
from tce.render.custody.custody import custody
from tce.render.custody.officers import path
from tce.render.secrets.reviewer import NAMESPACE as REVIEW_NAMESPACE
from tce.render.secrets.reviewer import REVIEWER
from tce.render.storage.volumes import claims

if TYPE_CHECKING:
    from tce.custody.custody import Custody
    from tce.intent.spec import Specification

CA = "keys/ca.pem"
MADE = "`tutela tce keys init .`"
"""Where public halves come from that a ceremony makes."""
RENDERED = "rendered"
_README = """\
# Keys

Nothing in this folder, nor in this repository, is secret: no private key, no token, no passphrase,
and no encrypted one either. What is missing is put here by the key officers of the institution, in
a signed commit.

| file | what it is | from |
|---|---|---|
{files}

## Root

{root}

What destroys or exports a key has to be signed by {approvals} officers:

| officer | who |
|---|---|
{officers}

## In OpenBao

OpenBao stands at the institution, and no copy of a key below is anywhere else. `keys/custody.yaml`
says all of this to programs; from the top of this repository:

```sh
tutela tce keys apply .
tutela tce keys status .
```

| engine | what for |
|---|---|
{engines}

| key | what for | turns every |
|---|---|---|
{keys}

### Logins

What each of them may lies in `keys/policies/`.

| login | who | policy |
|---|---|---|
{logins}

Secret ids are made by officers, each for one machine or person, and are nowhere written down. Which
tokens of service accounts are right, OpenBao asks of the cluster:

```sh
{reviewer}
```

## Disks of machines

A disk opens while {tang_needed} of {tangs} Tang servers answer. Each of them stands behind a gate
that is closed: officers open it for the machines that are to start, for minutes, and every opening
is written down. `keys/tang/*.service` say what to type. What was opened is compared with the starts
that were planned:

```sh
tutela tce keys window status . --gate /var/lib/tutela-window
```

### Passphrases of volumes

{volumes}
"""
_SHAMIR = """\
OpenBao's unseal key and the escrow's identity are kept in {shares} shares, each sealed to one
officer; {threshold} of them give them back."""
_MODULE = """\
OpenBao's unseal key is wrapped by key `{label}` of token `{token}` in the institution's hardware
module. The escrow's identity is kept in {shares} shares, each sealed to one officer; {threshold} of
them give it back. Recovery keys of OpenBao's do not unseal it (hashicorp/vault#15490): a backup of
the module's key has to be there."""
_LONGHORN = """\
Random, made by `tutela tce keys init` and, for a volume that was declared later, by `tutela tce
keys apply .`; a volume without one does not start. Only the node that mounts it may read it.

{paths}"""
_NONE = "No workload has a volume yet."
_CEPH = "Made by Ceph's driver as role `csi` for each volume, and destroyed with it."


def advertisement(url: str) -> str:
    """Where the advertisement of a Tang server lies."""
    return f"keys/tang/{urlsplit(url).hostname}.jws"


def signer(fingerprint: str) -> str:
    """Where the public key of somebody lies whose commits are deployed."""
    return f"keys/signers/{fingerprint}.asc"


def files(spec: "Specification") -> Iterator[File]:
    """``keys/README.md``, and the authority's certificate."""
    yield File("keys/README.md", readme(spec).encode())
    if spec.keys.bao.ca:
        yield File(CA, spec.keys.bao.ca.encode())


def readme(spec: "Specification") -> str:
    """What there is, as tables for people; from the same value that programs read."""
    said = custody(spec)
    keys = spec.keys
    root = _SHAMIR if keys.root.kind == "shamir" else _MODULE
    return _README.format(
        files=_table(register(spec)),
        root=root.format(**keys.root.model_dump()),
        approvals=keys.approvals,
        officers=_table((f"`{one.name}`", one.person) for one in keys.officers) or "| | |",
        engines=_table((f"`{one.path}`", one.what) for one in said.engines),
        keys=_table(_keys(said)),
        logins=_table(_logins(said)),
        reviewer="\n".join(_reviewer(spec)),
        tang_needed=keys.threshold,
        tangs=len(keys.tang),
        volumes=_volumes(spec),
    )


def _table(rows: Iterable[Sequence[str]]) -> str:
    return "\n".join(
        f"| {' | '.join(cell.replace('|', chr(92) + '|') for cell in row)} |" for row in rows
    )


def register(spec: "Specification") -> Iterator[tuple[str, str, str]]:
    """Path, meaning and origin of every public key."""
    if spec.keys.bao.ca:
        yield f"`{CA}`", "authority of OpenBao, the registry and Keycloak", "the specification"
    for one in spec.keys.tang:
        command = f"`curl -sf {one.url}/adv`, at the institution; thumbprint `{one.thumbprint}`"
        yield f"`{advertisement(one.url)}`", "advertisement of a Tang server", command
    for fingerprint in spec.keys.signers:
        what = "public key of somebody whose commits are deployed"
        yield f"`{signer(fingerprint)}`", what, f"`gpg --armor --export {fingerprint}`"
    for officer in spec.keys.officers:
        what = "public key of an officer's: orders and records are signed with it"
        yield f"`{path(officer.name)}`", what, "the specification"
    for bucket in spec.keys.buckets:
        what = f"to whom objects of `{bucket.place}` are sealed"
        yield f"`keys/recipients/{bucket.name}.age`", what, MADE
    yield "`keys/recipients/escrow.age`", "the escrow, to whom everything is sealed too", MADE
    yield "`keys/evidence.pem`", "public key of what signs records", MADE
    yield "`keys/ceremony/*.dsse.json`", "signed records of ceremonies", "each ceremony"
    yield (
        "`keys/tang/*.service`",
        "gates before Tang servers, and what moves these behind",
        RENDERED,
    )
    yield "`keys/bao/*.hcl`", "configuration of OpenBao's own server", RENDERED
    yield f"`{FILE}`", "engines, keys, policies and logins of OpenBao", RENDERED
    yield "`keys/policies/*.hcl`", "OpenBao's policies", "rendered; applied as they were reviewed"


def _keys(said: "Custody") -> Iterator[tuple[str, str, str]]:
    for one in said.keys:
        period = f"{one.rotate_hours // 24} days" if one.rotate_hours else "ceremony"
        yield f"`{one.engine}/keys/{one.name}`", one.what, period


def _logins(said: "Custody") -> Iterator[tuple[str, str, str]]:
    for role in said.approles:
        where = f", from {', '.join(role.cidrs)}" if role.cidrs else ""
        yield _named(role.mount, role.name), f"AppRole{where}", _names(role.policies)
    for account in said.accounts:
        who = f"service account {_names(account.accounts)} of {_names(account.namespaces)}"
        yield _named(account.mount, account.name), who, _names(account.policies)


def _named(mount: str, name: str) -> str:
    return f"`auth/{mount}/role/{name}`"


def _names(names: Sequence[str]) -> str:
    return ", ".join(f"`{one}`" for one in names)


def _reviewer(spec: "Specification") -> Iterator[str]:
    """What the key officers type once the cluster runs."""
    bao = spec.keys.bao
    host = spec.cluster.environments["production"].api
    shown = f"[{host}]" if ":" in host else host
    yield f"kubectl -n {REVIEW_NAMESPACE} create token {REVIEWER} --duration 8760h |"
    yield f"  bao write auth/{bao.auth}/config token_reviewer_jwt=- disable_local_ca_jwt=true \\"
    yield f"  kubernetes_host=https://{shown}:6443 kubernetes_ca_cert=@server-ca.crt"


def _volumes(spec: "Specification") -> str:
    if not any(claims(spec)):
        return _NONE
    if spec.ceph is not None:
        return _CEPH
    mount = f"{spec.keys.bao.mounts}-csi"
    paths = (f"- `{mount}/{namespace}/{name}`" for namespace, name in claims(spec))
    return _LONGHORN.format(paths="\n".join(paths))
