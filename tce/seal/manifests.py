"""Manifests of sealed objects: made and signed when sealing, verified before anything is decrypted.

The value and its form are governance's (`governance.sealed.manifest`): the catalog reads them too.
"""

import base64
import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from pydantic import ValidationError
from securesystemslib.signer import Key, Signer

from governance.sealed.manifest import PAYLOAD_TYPE, Manifest, Part
from governance.signing import envelope
from governance.signing.errors import SigningError, UnverifiedError
from tce.age.stanza import Random
from tce.seal.errors import ManifestError, ReplayedError

LARGEST = 4 << 20
"""Bytes of a manifest's envelope."""

Senders = Mapping[str, Key]
"""Whose manifests are believed, by name."""


@dataclass(frozen=True)
class Read:
    """What a manifest says, and whether anybody who is known says so."""

    manifest: Manifest
    proved: str | None
    """Name of the sender whose key signed it; None: nobody of whom a key was given."""
    signed_by: tuple[str, ...]
    """Ids of the keys that it names."""


def new_id(random: Random) -> str:
    """Return 128 random bits as 26 lower-case letters and digits."""
    return base64.b32encode(random(16)).decode().rstrip("=").lower()


def part(raw: bytes) -> Part:
    """Return size and digest of bytes at hand."""
    return Part(size=len(raw), sha256=hashlib.sha256(raw).hexdigest())


def sign(manifest: Manifest, signer: Signer) -> bytes:
    """Return the envelope that lies beside the object, or in the header store.

    Raises:
        SigningError: the signer cannot be reached or refuses.
    """
    return envelope.sign(manifest.text(), PAYLOAD_TYPE, [signer])


def read(text: bytes, senders: Senders, name: str) -> Read:
    """Return what an envelope says; `name` is what errors call it.

    Without `senders` it is read and proves nothing.

    Raises:
        ManifestError: it is no manifest, or none of `senders` signed it.
    """
    try:
        signed = envelope.read(text)
        if signed.payload_type != PAYLOAD_TYPE:
            raise ManifestError(f"{name}: signs {signed.payload_type!r}, which is no sealed object")
        proved = None
        if senders:
            signed = envelope.verify(text, PAYLOAD_TYPE, list(senders.values()))
            proved = next(who for who, key in senders.items() if key.keyid in signed.keyids)
        manifest = Manifest.model_validate_json(signed.payload)
    except UnverifiedError as error:
        raise ManifestError(
            f"{name}: signed by none of the {len(senders)} senders that are known: {error}",
            "--sender FILE (the public key of whoever sealed it)",
        ) from error
    except SigningError as error:
        raise ManifestError(f"{name}: {error}") from error
    except ValidationError as error:
        first = error.errors(include_url=False, include_input=False)[0]
        where = ".".join(map(str, first["loc"]))
        raise ManifestError(f"{name}: not a manifest: {where}: {first['msg']}") from None
    return Read(manifest, proved, signed.keyids)


def same(said: Part, found: Part, what: str) -> None:
    """Return where the two are one.

    Raises:
        ManifestError: `what` is not what was sealed.
    """
    if said.size != found.size:
        raise ManifestError(
            f"{what} has {found.size} bytes, and its manifest speaks of {said.size}"
        )
    if said.sha256 != found.sha256:
        raise ManifestError(f"{what} is not the one that its manifest speaks of (SHA-256)")


def newest(manifest: Manifest, current: Manifest, where: str) -> None:
    """Return where `manifest` is the version that counts, as `current` in the record says.

    Raises:
        ReplayedError: it is an older one.
        ManifestError: the record knows nothing of it.
    """
    if manifest.version < current.version:
        raise ReplayedError(
            f"{manifest.object}: version {manifest.version} of {manifest.sealed}, replayed: "
            f"version {current.version} counts ({where})"
        )
    if manifest.version > current.version:
        raise ManifestError(
            f"{manifest.object}: version {manifest.version}, and {where} has {current.version}"
        )
    if manifest != current:
        raise ManifestError(
            f"{manifest.object}: another version {manifest.version} than the one in {where}"
        )


def named(senders: Sequence[tuple[str, Key]]) -> dict[str, Key]:
    """Return senders by name; two of one name are told apart by their keys' ids."""
    found: dict[str, Key] = {}
    for name, key in senders:
        if found.get(name, key).keyid != key.keyid:
            name = f"{name} ({key.keyid[:8]})"
        found[name] = key
    return found
