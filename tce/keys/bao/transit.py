"""OpenBao's transit engine: keys that never leave it, and what they do.

Source: openbao.org/api-docs/secret/transit; tried on 2.7.2.
"""

import base64
from collections.abc import Mapping
from dataclasses import dataclass

from blueprints.secret import Secret
from tce.keys.bao.client import Bao
from tce.keys.bao.errors import BaoError, GoneKeyError, MissingError


@dataclass(frozen=True)
class KeyState:
    """A key as OpenBao describes it: names and numbers only."""

    name: str
    type: str
    latest: int
    lowest: int
    """Version below which nothing is decrypted or verified any more."""
    exportable: bool
    backup: bool
    """It may leave OpenBao as a plaintext backup."""
    deletable: bool
    rotate_seconds: int
    """Period of its automatic rotation; 0: none."""
    public: Mapping[int, bytes]
    """Raw public keys by version; empty for symmetric ones."""


def make(bao: Bao, mount: str, name: str, type_: str, rotate_seconds: int = 0) -> None:
    """Make a key that cannot be exported; one that is there already stays as it is.

    Raises:
        BaoError: a subclass for what is wrong.
    """
    bao.write(
        f"{mount}/keys/{name}",
        {
            "type": type_,
            "exportable": False,
            "allow_plaintext_backup": False,
            "auto_rotate_period": f"{rotate_seconds}s",
        },
    )


def state(bao: Bao, mount: str, name: str) -> KeyState:
    """Return what is known of a key.

    Raises:
        GoneKeyError: there is none of this name.
        BaoError: a subclass for what is wrong.
    """
    try:
        data = bao.read(f"{mount}/keys/{name}")["data"]
    except GoneKeyError:
        raise
    except MissingError:
        raise GoneKeyError(f"{mount}/keys/{name}: there is no such key") from None
    public = {
        int(version): base64.b64decode(said["public_key"])
        for version, said in data["keys"].items()
        if isinstance(said, dict) and said.get("public_key") and data["type"] == "ed25519"
    }
    return KeyState(
        name=str(data["name"]),
        type=str(data["type"]),
        latest=int(data["latest_version"]),
        lowest=int(data["min_decryption_version"]),
        exportable=bool(data["exportable"]),
        backup=bool(data["allow_plaintext_backup"]),
        deletable=bool(data["deletion_allowed"]),
        rotate_seconds=int(data.get("auto_rotate_period") or 0),
        public=public,
    )


def encrypt(bao: Bao, mount: str, name: str, plain: Secret) -> str:
    """Return ``vault:v<version>:..``, the ciphertext under the key's latest version.

    Raises:
        BaoError: a subclass for what is wrong.
    """
    said = {"plaintext": base64.b64encode(plain.reveal()).decode()}
    return str(bao.write(f"{mount}/encrypt/{name}", said)["data"]["ciphertext"])


def decrypt(bao: Bao, mount: str, name: str, ciphertext: str) -> Secret:
    """Return what was encrypted.

    Raises:
        GoneKeyError: the key was deleted, or this version of it is not to be used any more.
        BaoError: a subclass for what is wrong.
    """
    answer = bao.write(f"{mount}/decrypt/{name}", {"ciphertext": ciphertext})
    return Secret(base64.b64decode(answer["data"]["plaintext"]))


def rewrap(bao: Bao, mount: str, name: str, ciphertext: str) -> str:
    """Return the same plaintext under the latest version; it is not shown to anybody.

    Raises:
        GoneKeyError: the key was deleted, or this version of it is not to be used any more.
        BaoError: a subclass for what is wrong.
    """
    answer = bao.write(f"{mount}/rewrap/{name}", {"ciphertext": ciphertext})
    return str(answer["data"]["ciphertext"])


def sign(bao: Bao, mount: str, name: str, payload: bytes, version: int) -> bytes:
    """Return the Ed25519 signature (64 bytes) by this version of the key.

    Raises:
        GoneKeyError: there is no such key.
        BaoError: a subclass for what is wrong.
    """
    answer = bao.write(
        f"{mount}/sign/{name}",
        {"input": base64.b64encode(payload).decode(), "key_version": version},
    )
    _, _, signature = str(answer["data"]["signature"]).rpartition(":")
    raw = base64.b64decode(signature)
    if len(raw) != 64:
        raise BaoError(f"{mount}/keys/{name}: signs, but not as Ed25519 does")
    return raw


def rotate(bao: Bao, mount: str, name: str) -> int:
    """Make a new version, and return its number; older ones stay in use for what they encrypted.

    Raises:
        GoneKeyError: there is no such key.
        BaoError: a subclass for what is wrong.
    """
    before = state(bao, mount, name)
    bao.write(f"{mount}/keys/{name}/rotate")
    return max(state(bao, mount, name).latest, before.latest + 1)


def retire(bao: Bao, mount: str, name: str, lowest: int) -> None:
    """Destroy every version below `lowest`: what they encrypted cannot be read any more.

    Raises:
        GoneKeyError: there is no such key.
        BaoError: a subclass for what is wrong.
    """
    path = f"{mount}/keys/{name}"
    bao.write(
        f"{path}/config", {"min_decryption_version": lowest, "min_encryption_version": lowest}
    )
    bao.write(f"{path}/trim", {"min_available_version": lowest})


def delete(bao: Bao, mount: str, name: str) -> None:
    """Delete a key for good; a snapshot taken before still holds it.

    Raises:
        GoneKeyError: there is no such key.
        BaoError: a subclass for what is wrong.
    """
    state(bao, mount, name)
    bao.write(f"{mount}/keys/{name}/config", {"deletion_allowed": True})
    bao.delete(f"{mount}/keys/{name}")
