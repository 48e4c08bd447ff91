"""Whoever opens: identities by URI."""

from collections.abc import Sequence

from tce.age import identities
from tce.age.keys import X25519Identity
from tce.keys import uri
from tce.keys.errors import CustodyError
from tce.keys.uri import AgeKey
from tce.seal.setting import Setting


def of(said: Sequence[str], setting: Setting) -> tuple[X25519Identity, ...]:
    """Return the identities that ``--identity`` names.

    Raises:
        CustodyError: a key of another kind; OpenBao cannot be reached.
        AgeError: a file that holds none, or a wrong passphrase.
        NoSecretError: a passphrase or a token is needed, and nobody is there to say it.
    """
    found: list[X25519Identity] = []
    for text in said:
        key = uri.parse(text)
        if not isinstance(key, AgeKey):
            raise CustodyError(f"{key} is no identity that opens", "age:FILE")
        found += identities.load(key.path, setting.ask)
    return tuple(found)
