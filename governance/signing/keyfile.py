"""Ed25519 keys in files: PEM (PKCS #8), under a passphrase or not; and their public halves."""

from pathlib import Path

from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import (
    BestAvailableEncryption,
    Encoding,
    KeySerializationEncryption,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
    load_pem_private_key,
    load_pem_public_key,
)
from securesystemslib.signer import CryptoSigner, Key, Signer, SSlibKey

from blueprints.secret import Ask, Secret
from governance.signing.errors import SigningError

PASSPHRASE = "passphrase"  # noqa: S105 - what is asked for, not what is answered
_LARGEST = 1 << 16


def new(passphrase: Secret | None) -> tuple[Secret, bytes]:
    """Make a key: its PEM under `passphrase`, and its public PEM."""
    key = Ed25519PrivateKey.generate()
    hidden: KeySerializationEncryption = NoEncryption()
    if passphrase is not None:
        hidden = BestAvailableEncryption(passphrase.reveal())
    private = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, hidden)
    public = key.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
    return Secret(private), public


def signer(path: Path, ask: Ask) -> Signer:
    """Return the signer of a private key's file; its passphrase is asked for where it has one.

    Raises:
        SigningError: no file, no Ed25519 key, a wrong passphrase.
        NoSecretError: a passphrase is needed and cannot be asked for.
    """
    text = _text(path)
    try:
        try:
            key = load_pem_private_key(text, None)
        except TypeError:
            said = ask(PASSPHRASE, f"passphrase of {path.name}")
            key = load_pem_private_key(text, said.reveal())
    except (ValueError, UnsupportedAlgorithm):
        # Without its cause: OpenSSL's message is of no help, and the value is in its frames.
        raise SigningError(f"{path}: no private key, or a wrong passphrase") from None
    if not isinstance(key, Ed25519PrivateKey):
        raise SigningError(f"{path}: not an Ed25519 key", "tutela tce keys new FILE")
    return CryptoSigner(key)


def public(text: bytes, name: str) -> Key:
    """Return the public key of a PEM text; `name` is what errors call it.

    Raises:
        SigningError: it is no Ed25519 public key.
    """
    try:
        key = load_pem_public_key(text)
    except (ValueError, UnsupportedAlgorithm) as error:
        raise SigningError(f"{name}: not a public key in PEM") from error
    if not isinstance(key, Ed25519PublicKey):
        raise SigningError(f"{name}: not an Ed25519 key")
    return SSlibKey.from_crypto(key)


def of_bytes(raw: bytes) -> Key:
    """Return the public key of its 32 bytes (RFC 8032)."""
    return SSlibKey.from_crypto(Ed25519PublicKey.from_public_bytes(raw))


def _text(path: Path) -> bytes:
    try:
        with path.open("rb") as file:
            return file.read(_LARGEST)
    except OSError as error:
        raise SigningError(f"{path}: {error.strerror}") from error
