"""``keys/``: what is public of keys, where it comes from and who puts it there.

The authority's certificate comes from the specification. Advertisements of Tang and the signers'
public keys are made by the key officers and added by them; everything that needs one says so, and
stops without it.
"""

from collections.abc import Iterator
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from blueprints.engine.blueprint import File
from tce.render.cluster.encryption import KEY
from tce.render.cluster.machines import nodes
from tce.render.pki.issuers import ACCOUNT as PKI_ACCOUNT
from tce.render.pki.issuers import hosts, namespaces
from tce.render.secrets.reviewer import NAMESPACE as REVIEW_NAMESPACE
from tce.render.secrets.reviewer import REVIEWER
from tce.render.secrets.stores import logins
from tce.render.storage.ceph import ACCOUNT as CSI_ACCOUNT
from tce.render.storage.volumes import claims

if TYPE_CHECKING:
    from tce.intent.spec import Specification

CA = "keys/ca.pem"
_README = """\
# Keys

Nothing in this folder, nor in this repository, is secret: no private key, no token, no passphrase,
and no encrypted one either. What is missing is put here by the key officers of the institution, in
a signed commit.

| file | what it is | from |
|---|---|---|
{files}

## In OpenBao

OpenBao stands at the institution. Its root key is in a hardware module there, and no copy of a key
below is anywhere else.

{engines}

### Logins

The policies of these roles lie in `keys/policies/`; a role has the policy of its name and nothing
more.

| role | who | may |
|---|---|---|
{roles}

```sh
{logins}
```

### Passphrases of volumes

{volumes}
"""
_ENGINES = """\
```sh
bao secrets enable -path={mounts}-transit transit
bao write -f {mounts}-transit/keys/{key} type=aes256-gcm96 exportable=false \\
  allow_plaintext_backup=false auto_rotate_period=2160h
bao secrets enable -path={mounts}-apps -version=2 kv
bao secrets enable -path={mounts}-csi -version=2 kv
bao auth enable -path={auth} kubernetes
bao auth enable -path={mounts}-kms approle
bao write auth/{mounts}-kms/role/kms token_policies=kms token_period=3600 secret_id_num_uses=0 \\
  secret_id_bound_cidrs={servers}
```"""
_LONGHORN = """\
Made before the volume, by the key officers; a volume without one does not start.

```sh
{commands}
```"""
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
    """What there is, as a table for people."""
    bao = spec.keys.bao
    servers = ",".join(f"{one}/{128 if ':' in one else 32}" for one in _servers(spec))
    return _README.format(
        files="\n".join(f"| {' | '.join(row)} |" for row in register(spec)),
        engines=_ENGINES.format(mounts=bao.mounts, key=KEY, auth=bao.auth, servers=servers),
        roles="\n".join(f"| {' | '.join(row)} |" for row in _roles(spec)),
        logins="\n".join(_commands(spec)),
        volumes=_volumes(spec),
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
    yield "`keys/policies/*.hcl`", "OpenBao's policies", "rendered; installed by the key officers"


def _servers(spec: "Specification") -> Iterator[str]:
    for one in nodes(spec):
        if one.role == "server":
            yield one.address


def _roles(spec: "Specification") -> Iterator[tuple[str, str, str]]:
    auth, mounts = spec.keys.bao.auth, spec.keys.bao.mounts
    yield "`kms`", f"each server, by AppRole (`auth/{mounts}-kms`)", "use the key of etcd"
    for login in logins(spec):
        who = f"service account `{login.store}` of `{login.namespace}` (`auth/{auth}`)"
        yield f"`{login.role}`", who, f"read its part of `{mounts}-{login.engine}`"
    for namespace in namespaces(spec):
        names = ", ".join(f"`{host}`" for owner, _, host in hosts(spec) if owner == namespace)
        who = f"service account `{PKI_ACCOUNT}` of `{namespace}` (`auth/{auth}`)"
        yield f"`{namespace}-pki`", who, f"have certificates signed for {names}"
    if spec.ceph is not None and any(claims(spec)):
        who = f"service account `{CSI_ACCOUNT}` of each namespace with a volume (`auth/{auth}`)"
        yield "`csi`", who, f"make, read and destroy passphrases in `{mounts}-csi`"


def _commands(spec: "Specification") -> Iterator[str]:
    """What the key officers type; the reviewer asks the API whether a token is right."""
    bao = spec.keys.bao
    host = spec.cluster.environments["production"].api
    shown = f"[{host}]" if ":" in host else host
    yield "for one in keys/policies/*.hcl; do"
    yield '  bao policy write "$(basename "$one" .hcl)" "$one"'
    yield "done"
    yield f"kubectl -n {REVIEW_NAMESPACE} create token {REVIEWER} --duration 8760h |"
    yield f"  bao write auth/{bao.auth}/config token_reviewer_jwt=- disable_local_ca_jwt=true \\"
    yield f"  kubernetes_host=https://{shown}:6443 kubernetes_ca_cert=@server-ca.crt"
    for login in logins(spec):
        yield from _role(bao.auth, login.role, login.store, login.namespace)
    for namespace in namespaces(spec):
        yield from _role(bao.auth, f"{namespace}-pki", PKI_ACCOUNT, namespace)
        names = ",".join(host for owner, _, host in hosts(spec) if owner == namespace)
        yield f"bao write {bao.pki}/roles/{namespace} allowed_domains={names} \\"
        yield "  allow_bare_domains=true allow_subdomains=false key_type=ec max_ttl=744h"
    if spec.ceph is not None and any(claims(spec)):
        spaces = ",".join(dict.fromkeys(namespace for namespace, _ in claims(spec)))
        yield from _role(bao.auth, "csi", CSI_ACCOUNT, spaces)


def _role(auth: str, role: str, account: str, namespaces: str) -> Iterator[str]:
    yield f"bao write auth/{auth}/role/{role} bound_service_account_names={account} \\"
    yield f"  bound_service_account_namespaces={namespaces} token_policies={role} token_ttl=10m"


def _volumes(spec: "Specification") -> str:
    if not any(claims(spec)):
        return _NONE
    if spec.ceph is not None:
        return _CEPH
    mount = f"{spec.keys.bao.mounts}-csi"
    return _LONGHORN.format(
        commands="\n".join(
            "openssl rand -base64 48 | tr -d '\\n' | "
            f"bao kv put -mount={mount} {namespace}/{name} passphrase=-"
            for namespace, name in claims(spec)
        )
    )
