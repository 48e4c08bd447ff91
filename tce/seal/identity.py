"""Whoever opens: identities by URI."""

from collections.abc import Sequence

from tce.age import identities
from tce.age.keys import X25519Identity
from tce.keys import uri
from tce.keys.bao import identities as wrapped
from tce.keys.errors import CustodyError
from tce.keys.uri import AgeKey, BaoKey
from tce.seal.setting import Setting

_FORMS = ("age:FILE", "bao://MOUNT/data/identities/BUCKET")


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
        match key:
            case AgeKey(path):
                found += identities.load(path, setting.ask)
            case BaoKey(_, "data", _):
                found += wrapped.load(setting.bao(), key)
            case _:
                raise CustodyError(f"{key} is no identity that opens", *_FORMS)
    return tuple(found)
