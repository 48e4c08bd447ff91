"""Passphrases (scrypt): how age keeps a file of identities under one."""

import re

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import ChaCha20Poly1305
from cryptography.hazmat.primitives.kdf.scrypt import Scrypt

from blueprints.secret import Secret
from tce.age.errors import HeaderError
from tce.age.stanza import FILE_KEY, SCRYPT, Random, Stanza, from_unpadded, unpadded

WORK = 18
"""Logarithm of the work, as the age program takes it: 256 MiB of memory for about a second."""
MOST_WORK = 22
"""What is done at most for somebody else's file, as by the age program: 4 GiB."""
_LABEL = b"age-encryption.org/v1/scrypt"
_SALT = 16
_TAG = 16
_NUMBER = re.compile(r"[1-9][0-9]*")


class Passphrase:
    """Both recipient and identity. A file has no other recipient beside it."""

    __slots__ = ("_value", "_work")

    def __init__(self, value: Secret, work: int = WORK) -> None:
        self._value = value
        self._work = work

    def wrap(self, file_key: Secret, random: Random) -> Stanza:
        """Return the stanza that only this passphrase opens."""
        salt = random(_SALT)
        body = self._cipher(salt, self._work).encrypt(bytes(12), file_key.reveal(), None)
        return Stanza(SCRYPT, (unpadded(salt), str(self._work)), body)

    def unwrap(self, stanza: Stanza) -> Secret | None:
        """Return the file key, or None where the passphrase is another.

        Raises:
            HeaderError: it is written wrongly, or wants more than :data:`MOST_WORK`.
        """
        if stanza.kind != SCRYPT:
            return None
        if len(stanza.args) != 2 or len(stanza.body) != FILE_KEY + _TAG:
            raise HeaderError("a passphrase's stanza that is written wrongly")
        salt = from_unpadded(stanza.args[0].encode())
        if len(salt) != _SALT or not _NUMBER.fullmatch(stanza.args[1]):
            raise HeaderError("a passphrase's stanza that is written wrongly")
        # By length first: a number of any length takes its time to be read.
        if len(stanza.args[1]) > 2 or int(stanza.args[1]) > MOST_WORK:
            raise HeaderError(f"a passphrase's stanza that wants more work than 2^{MOST_WORK}")
        try:
            cipher = self._cipher(salt, int(stanza.args[1]))
            return Secret(cipher.decrypt(bytes(12), stanza.body, None))
        except InvalidTag:
            return None

    def _cipher(self, salt: bytes, work: int) -> ChaCha20Poly1305:
        derive = Scrypt(_LABEL + salt, 32, 1 << work, 8, 1)
        return ChaCha20Poly1305(derive.derive(self._value.reveal()))

    def __repr__(self) -> str:
        return "Passphrase(...)"

    def __reduce__(self) -> str:
        raise TypeError("a secret is not written anywhere")
