"""A secret in the state of OpenTofu, or a state that opens only with what it builds.

Looks at OpenTofu's files: resources and data sources whose values are secret (secret ids, tokens,
passphrases, private keys); folders that declare resources without encrypting state and plan, or
without `enforced = true`; and folders that build OpenBao and encrypt their state by OpenBao.

What is in a state is in its backups too, and whoever may plan may read it. Without `enforced` a run
that has no key writes plain text. A state under the OpenBao that it builds cannot be read when that
has to be built again.

Hand logins out with `tutela tce keys hand-out`; encrypt by a passphrase (pbkdf2) or another key
service.
"""

from collections.abc import Iterator

from blueprints.check.finding import Finding, Level, NotChecked
from blueprints.check.repository import Repository
from blueprints.check.settings import Settings
from blueprints.check.tofu.modules import Folder, called, folders
from blueprints.check.tofu.reader import Block
from blueprints.display import visible
from tce.check.environment import environment

ID = "state-secret"
LEVEL = Level.ERROR

_SECRET = {
    "random_password": "a passphrase",
    "tls_private_key": "a private key",
    "vault_approle_auth_backend_login": "a token",
    "vault_approle_auth_backend_role_secret_id": "a secret id",
    "vault_generic_secret": "what the engine holds",
    "vault_kv_secret": "what the engine holds",
    "vault_kv_secret_v2": "what the engine holds",
    "vault_pki_secret_backend_cert": "a private key",
    "vault_token": "a token",
}
"""Resources and data sources whose state is a secret, by their providers' documentation."""
_KINDS = ("resource", "data")
_WHAT = ("state", "plan")


def check(repo: Repository, settings: Settings) -> Iterator[Finding | NotChecked]:
    """Every folder of OpenTofu's."""
    if environment(repo) is None:
        return
    modules = called(repo)
    for folder in folders(repo).values():
        for file, block in folder.blocks(*_KINDS):
            kind = block.labels[0] if block.labels else ""
            if kind in _SECRET:
                said = f"{visible(kind)}: {_SECRET[kind]} would lie in the state"
                yield Finding(file, block.line, ID, said, LEVEL)
        if folder.path not in modules:
            yield from _encrypted(folder)


def _encrypted(folder: Folder) -> Iterator[Finding]:
    """Of a folder that OpenTofu runs in."""
    resources = [(file, block) for file, block in folder.blocks("resource") if block.labels]
    if not resources:
        return
    found = [(file, block) for file, block in folder.inside("terraform", "encryption")]
    if not found:
        file, block = resources[0]
        said = f"nothing encrypts the state of {visible(folder.path)}"
        yield Finding(file, block.line, ID, said, LEVEL)
    bao = any(block.labels[0].startswith("vault_") for _, block in resources)
    for file, encryption in found:
        for what in _WHAT:
            yield from _enforced(file, encryption, what)
        for provider in encryption.of("key_provider"):
            if bao and provider.labels[:1] == ("openbao",):
                said = "the state is encrypted by an OpenBao, and builds one"
                yield Finding(file, provider.line, ID, said, LEVEL)


def _enforced(file: str, encryption: Block, what: str) -> Iterator[Finding]:
    blocks = list(encryption.of(what))
    if not blocks:
        yield Finding(file, encryption.line, ID, f"nothing encrypts the {what}", LEVEL)
    for one in blocks:
        if one.value("enforced") is not True:
            said = f"{what}: without enforced = true, a run that has no key writes plain text"
            yield Finding(file, one.line, ID, said, LEVEL)
