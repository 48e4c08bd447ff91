"""The root in a hardware module: an AES key that never leaves it wraps the unseal key.

PKCS #11 v2.40: CKM_AES_KEY_WRAP (RFC 3394), which refuses what was changed. The wrapping key is
made in the token: sensitive, never extractable, for wrapping only. To be wrapped, the unseal key
is a session object for that moment.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from blueprints.secret import Ask, Secret
from tce.keys.errors import CustodyError
from tce.keys.hardware import session

_LENGTH = 32


class WrappedError(CustodyError):
    """What should be unwrapped was changed, or wrapped by another key."""


@dataclass(frozen=True)
class Token:
    """Which module, and how to log in to it."""

    label: str
    module: Path | None
    ask: Ask
    environ: Mapping[str, str]

    def make(self, name: str) -> None:
        """Make the wrapping key `name`.

        Raises:
            CustodyError: one of this name is there; the token cannot be used.
        """
        with session(self.label, self.module, self.ask, self.environ, write=True) as opened:
            from pkcs11 import Attribute, KeyType, MechanismFlag

            if _found(opened, name):
                raise CustodyError(f"token {self.label} has a key {name} already")
            opened.generate_key(
                KeyType.AES,
                256,
                label=name,
                store=True,
                capabilities=MechanismFlag.WRAP | MechanismFlag.UNWRAP,
                template={
                    Attribute.SENSITIVE: True,
                    Attribute.EXTRACTABLE: False,
                    Attribute.ENCRYPT: False,
                    Attribute.DECRYPT: False,
                },
            )

    def wrap(self, name: str, secret: Secret) -> bytes:
        """Return `secret` (32 bytes) wrapped by the key `name`.

        Raises:
            CustodyError: the token cannot be used, or has no such key.
        """
        if len(secret.reveal()) != _LENGTH:
            raise CustodyError(f"an unseal key has {_LENGTH} bytes")
        with session(self.label, self.module, self.ask, self.environ) as opened:
            from pkcs11 import Attribute, KeyType, Mechanism, ObjectClass

            key = opened.get_key(label=name, object_class=ObjectClass.SECRET_KEY)
            inside = opened.create_object(
                {
                    Attribute.CLASS: ObjectClass.SECRET_KEY,
                    Attribute.KEY_TYPE: KeyType.GENERIC_SECRET,
                    Attribute.VALUE: secret.reveal(),
                    Attribute.TOKEN: False,
                    Attribute.SENSITIVE: False,
                    Attribute.EXTRACTABLE: True,
                }
            )
            try:
                return bytes(key.wrap_key(inside, mechanism=Mechanism.AES_KEY_WRAP))
            finally:
                inside.destroy()

    def unwrap(self, name: str, wrapped: bytes) -> Secret:
        """Return what was wrapped.

        Raises:
            WrappedError: it was changed, or another key wrapped it.
            CustodyError: the token cannot be used, or has no such key.
        """
        with session(self.label, self.module, self.ask, self.environ) as opened:
            from pkcs11 import Attribute, KeyType, Mechanism, ObjectClass
            from pkcs11.exceptions import PKCS11Error

            key = opened.get_key(label=name, object_class=ObjectClass.SECRET_KEY)
            try:
                inside = key.unwrap_key(
                    ObjectClass.SECRET_KEY,
                    KeyType.GENERIC_SECRET,
                    wrapped,
                    mechanism=Mechanism.AES_KEY_WRAP,
                    store=False,
                    template={Attribute.SENSITIVE: False, Attribute.EXTRACTABLE: True},
                )
            except PKCS11Error:
                raise WrappedError(
                    f"the key {name} of token {self.label} did not wrap this, or it was changed"
                ) from None
            try:
                return Secret(bytes(inside[Attribute.VALUE]))
            finally:
                inside.destroy()

    def destroy(self, name: str) -> bool:
        """Destroy the wrapping key `name`; False where there is none. Backups of the token keep it.

        Raises:
            CustodyError: the token cannot be used.
        """
        with session(self.label, self.module, self.ask, self.environ, write=True) as opened:
            found = _found(opened, name)
            for key in found:
                key.destroy()
            return bool(found)

    def has(self, name: str) -> bool:
        """Whether the key `name` is there.

        Raises:
            CustodyError: the token cannot be used.
        """
        with session(self.label, self.module, self.ask, self.environ) as opened:
            return bool(_found(opened, name))


def _found(opened: Any, name: str) -> list[Any]:
    from pkcs11 import Attribute, ObjectClass

    wanted = {Attribute.LABEL: name, Attribute.CLASS: ObjectClass.SECRET_KEY}
    return list(opened.get_objects(wanted))
