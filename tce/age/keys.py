"""X25519 recipients and identities: ``age1...`` and ``AGE-SECRET-KEY-1...``."""

from dataclasses import dataclass
from typing import Self

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey
from cryptography.hazmat.primitives.ciphers.aead import ChaCha20Poly1305
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from blueprints.secret import Secret
from tce.age import bech32
from tce.age.errors import HeaderError, KeyTextError
from tce.age.stanza import FILE_KEY, Random, Stanza, from_unpadded, unpadded

KIND = "X25519"
_INFO = b"age-encryption.org/v1/X25519"
_POINT = 32
_TAG = 16
_NONCE = bytes(12)
"""Of wrapping: each wrapping key is used once."""
_PUBLIC = "age"
_PRIVATE = "AGE-SECRET-KEY-"


def derived(secret: bytes, salt: bytes, info: bytes) -> bytes:
    """Return 32 bytes of HKDF-SHA-256 (RFC 5869)."""
    return HKDF(SHA256(), 32, salt, info).derive(secret)


@dataclass(frozen=True)
class X25519Recipient:
    """The public half; ``str()`` gives ``age1...``."""

    point: bytes

    @classmethod
    def parse(cls, text: str) -> Self:
        """Read ``age1...``.

        Raises:
            KeyTextError: it is something else.
        """
        try:
            prefix, point = bech32.decode(text)
        except KeyTextError as error:
            raise KeyTextError(f"not an age recipient: {error}", *_hints(text)) from None
        if prefix != _PUBLIC or len(point) != _POINT:
            raise KeyTextError("not an age recipient of kind X25519 (age1...)", *_hints(text))
        return cls(point)

    def wrap(self, file_key: Secret, random: Random) -> Stanza:
        """Return the stanza that only this recipient's identity opens.

        Raises:
            KeyTextError: a point of low order, to which nothing can be sealed.
        """
        own = X25519PrivateKey.from_private_bytes(random(_POINT))
        share = own.public_key().public_bytes_raw()
        try:
            secret = own.exchange(X25519PublicKey.from_public_bytes(self.point))
        except ValueError:
            raise KeyTextError(f"{self}: anybody could open what is sealed to it") from None
        key = derived(secret, share + self.point, _INFO)
        body = ChaCha20Poly1305(key).encrypt(_NONCE, file_key.reveal(), None)
        return Stanza(KIND, (unpadded(share),), body)

    def __str__(self) -> str:
        return bech32.encode(_PUBLIC, self.point)


class X25519Identity:
    """The private half; it shows nothing of itself but its recipient."""

    __slots__ = ("_key", "recipient")

    def __init__(self, key: Secret) -> None:
        """From its 32 bytes."""
        self._key = X25519PrivateKey.from_private_bytes(key.reveal())
        self.recipient = X25519Recipient(self._key.public_key().public_bytes_raw())

    @classmethod
    def new(cls, random: Random) -> Self:
        """Make one."""
        return cls(Secret(random(_POINT)))

    @classmethod
    def parse(cls, secret: Secret) -> Self:
        """Read ``AGE-SECRET-KEY-1...``.

        Raises:
            KeyTextError: it is something else; the message does not say what.
        """
        try:
            prefix, key = bech32.decode(secret.text())
        except (KeyTextError, UnicodeDecodeError):
            prefix, key = "", b""
        if prefix != _PRIVATE or len(key) != _POINT:
            # Without a cause, in whose frames the value would stand.
            raise KeyTextError("not an age identity (AGE-SECRET-KEY-1...), or mistyped") from None
        return cls(Secret(key))

    def text(self) -> Secret:
        """Return ``AGE-SECRET-KEY-1...``."""
        return Secret(bech32.encode(_PRIVATE, self._key.private_bytes_raw()).encode())

    def unwrap(self, stanza: Stanza) -> Secret | None:
        """Return the file key, or None where the stanza is somebody else's.

        Raises:
            HeaderError: an X25519 stanza that is written wrongly.
        """
        if stanza.kind != KIND:
            return None
        share = _share(stanza)
        try:
            secret = self._key.exchange(X25519PublicKey.from_public_bytes(share))
        except ValueError:
            raise HeaderError("an X25519 stanza with a share of low order") from None
        key = derived(secret, share + self.recipient.point, _INFO)
        try:
            return Secret(ChaCha20Poly1305(key).decrypt(_NONCE, stanza.body, None))
        except InvalidTag:
            return None

    def __repr__(self) -> str:
        return f"X25519Identity({self.recipient})"

    def __reduce__(self) -> str:
        raise TypeError("a secret is not written anywhere")


def _share(stanza: Stanza) -> bytes:
    if len(stanza.args) != 1:
        raise HeaderError("an X25519 stanza has one argument")
    share = from_unpadded(stanza.args[0].encode())
    if len(share) != _POINT or len(stanza.body) != FILE_KEY + _TAG:
        raise HeaderError("an X25519 stanza whose lengths are wrong")
    return share


def _hints(text: str) -> tuple[str, ...]:
    """What helps whoever gives a secret where a public key belongs; it is not repeated."""
    if text.upper().startswith(_PRIVATE):
        return ("this is the identity, which stays secret: give its recipient, age-keygen -y FILE",)
    return ()
