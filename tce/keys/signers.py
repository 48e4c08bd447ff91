"""Whoever signs, by URI: fills the seam of ``governance.signing`` (securesystemslib's ``Signer``).

    signer(parse("bao://tce-hospital-transit/keys/evidence"), ask, environ, folder)

All of them sign with Ed25519; whoever verifies does not see where the key lies. hvac and
python-pkcs11 are imported where a key needs them: a key file needs neither.
"""

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from securesystemslib.signer import Key, Signature, Signer

from blueprints.secret import Ask
from governance.signing import keyfile
from tce.keys import extra, hardware
from tce.keys.errors import CustodyError
from tce.keys.uri import AgeKey, BaoKey, FileKey, HardwareKey, KeyUri

if TYPE_CHECKING:
    from tce.keys.bao.client import Bao

_NEW = "tutela tce keys new FILE"


class TransitSigner(Signer):
    """Signs in OpenBao: one request for each signature, and the key stays there.

    It signs with the version whose public key it shows, also where the key is rotated meanwhile.
    """

    def __init__(self, bao: "Bao", mount: str, name: str) -> None:
        """Ask OpenBao for the public key.

        Raises:
            CustodyError: there is no such key, or it does not sign as Ed25519.
        """
        from tce.keys.bao import transit

        state = transit.state(bao, mount, name)
        if state.type != "ed25519":
            raise CustodyError(f"bao://{mount}/keys/{name} is of type {state.type}, not ed25519")
        self._bao, self._mount, self._name = bao, mount, name
        self.version = state.latest
        self._key = keyfile.of_bytes(state.public[state.latest])

    @property
    def public_key(self) -> Key:
        """Of the version that signs."""
        return self._key

    @classmethod
    def from_priv_key_uri(cls, *_: Any, **__: Any) -> Signer:
        """Not this way: a token has to be asked for."""
        raise NotImplementedError("tce.keys.signers.signer makes one")

    def sign(self, payload: bytes) -> Signature:
        """Have it signed.

        Raises:
            CustodyError: OpenBao refuses, or cannot be reached.
        """
        from tce.keys.bao import transit

        raw = transit.sign(self._bao, self._mount, self._name, payload, self.version)
        return Signature(self._key.keyid, raw.hex())


class HardwareSigner(Signer):
    """Signs in a hardware module (CKM_EDDSA); the PIN is asked for once, and used in memory."""

    def __init__(self, key: HardwareKey, ask: Ask, environ: Mapping[str, str]) -> None:
        """Log in to the token for the public key.

        Raises:
            CustodyError: no such token or key, or a wrong PIN.
        """
        self._uri, self._environ = key, environ
        pin = ask(hardware.PIN, f"PIN of token {key.token}")
        self._ask: Ask = lambda _name, _wanted: pin
        self._key = keyfile.of_bytes(_hardware_public(key, self._ask, environ))

    @property
    def public_key(self) -> Key:
        """Beside the private key, in the token."""
        return self._key

    @classmethod
    def from_priv_key_uri(cls, *_: Any, **__: Any) -> Signer:
        """Not this way: a PIN has to be asked for."""
        raise NotImplementedError("tce.keys.signers.signer makes one")

    def sign(self, payload: bytes) -> Signature:
        """Have it signed.

        Raises:
            CustodyError: the token refuses, or is gone.
        """
        uri = self._uri
        with hardware.session(uri.token, uri.module, self._ask, self._environ) as token:
            from pkcs11 import Mechanism, ObjectClass

            private = token.get_key(object_class=ObjectClass.PRIVATE_KEY, label=uri.label)
            raw: bytes = private.sign(payload, mechanism=Mechanism.EDDSA)
        return Signature(self._key.keyid, raw.hex())


def signer(uri: KeyUri, ask: Ask, environ: Mapping[str, str], folder: Path | None = None) -> Signer:
    """Return whoever signs with this key; secrets that it needs are asked for.

    Args:
        uri: of the key.
        ask: for a passphrase, a PIN, a token.
        environ: which OpenBao, which PKCS #11 library.
        folder: a rendered repository, which says which OpenBao where the environment does not.

    Raises:
        CustodyError: the key cannot be reached, or is none that signs.
        SigningError: a key file that is none.
        NoSecretError: a secret is needed, and nobody is there to say it.
    """
    match uri:
        case FileKey(path):
            return keyfile.signer(path, ask)
        case HardwareKey():
            return HardwareSigner(uri, ask, environ)
        case BaoKey(mount, "keys", name):
            return TransitSigner(_bao(ask, environ, folder), mount, name)
        case BaoKey() | AgeKey():
            raise CustodyError(f"{uri} is no key that signs", _NEW)


def public_keys(
    uri: KeyUri, ask: Ask, environ: Mapping[str, str], folder: Path | None = None
) -> list[Key]:
    """Return what its signatures are verified with: all versions of a transit key, oldest first.

    Raises:
        CustodyError: the key cannot be reached, or is none that signs.
        SigningError: a key file that is none.
        NoSecretError: a secret is needed, and nobody is there to say it.
    """
    if isinstance(uri, BaoKey) and uri.kind == "keys":
        bao = _bao(ask, environ, folder)
        from tce.keys.bao import transit

        found = transit.state(bao, uri.mount, uri.path).public
        return [keyfile.of_bytes(found[version]) for version in sorted(found)]
    return [signer(uri, ask, environ, folder).public_key]


def _bao(ask: Ask, environ: Mapping[str, str], folder: Path | None) -> "Bao":
    """As `find`, where hvac is installed."""
    extra.need()
    from tce.keys.bao.where import find

    return find(ask, environ, folder)


def _hardware_public(key: HardwareKey, ask: Ask, environ: Mapping[str, str]) -> bytes:
    """The 32 bytes of CKA_EC_POINT, which is a DER octet string (PKCS #11 v3.1, 6.3.8)."""
    with hardware.session(key.token, key.module, ask, environ) as token:
        from pkcs11 import Attribute, ObjectClass

        public = token.get_key(object_class=ObjectClass.PUBLIC_KEY, label=key.label)
        point = bytes(public[Attribute.EC_POINT])
    if len(point) not in (32, 34):
        raise CustodyError(f"{key} is not an Ed25519 key")
    return point[-32:]
