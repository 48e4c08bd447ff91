"""A new unseal key, and at no moment none.

OpenBao makes it and keeps to the old one until the new one was shown to it (`require_verification`,
tried on 2.7.2). Between the two the new generation is written to disk. Whenever this is killed:

| killed | in force | on disk |
|---|---|---|
| before the new generation is written | old | old |
| before OpenBao confirms | old | old and new |
| before the old one is retired | new | old and new |
| after | new | new |

Whoever unseals tries what lies there, newest first.
"""

from collections.abc import Callable
from contextlib import suppress

from blueprints.secret import Secret
from tce.keys.bao.client import Bao
from tce.keys.bao.errors import BaoError
from tce.keys.errors import CustodyError
from tce.keys.root.kept import Root

_INIT, _UPDATE, _VERIFY = (f"sys/rotate/root/{one}" for one in ("init", "update", "verify"))


def rotate(bao: Bao, old: Secret, protect: Callable[[Secret], Root]) -> Root:
    """Make a new unseal key, have it kept, and put it in force.

    Args:
        bao: as root, or as somebody whose policy allows ``sys/rotate/root/*``.
        old: the key in force.
        protect: writes the new generation; only then it is put in force.

    Raises:
        CustodyError: `old` is not in force; the new generation cannot be written: the old one is
            in force then.
        BaoError: OpenBao refuses.
    """
    if bao.read(_INIT)["data"]["started"]:
        # Of a run that was killed: its key is nowhere, and the old one is in force.
        bao.delete(_INIT)
    begun = bao.write(
        _INIT, {"secret_shares": 1, "secret_threshold": 1, "require_verification": True}
    )["data"]
    try:
        try:
            made = bao.write(_UPDATE, {"key": old.reveal().hex(), "nonce": begun["nonce"]})["data"]
        except BaoError as error:
            if "authentication failed" not in str(error) and "invalid key" not in str(error):
                raise
            raise CustodyError("OpenBao does not take this root: it is not in force") from None
        if not made.get("complete") or not made.get("verification_required"):
            raise CustodyError("OpenBao was initialised with shares of its own: one key is needed")
        new = Secret(bytes.fromhex(made["keys"][0]))
        root = protect(new)
    except BaseException:
        with suppress(BaoError):
            bao.delete(_INIT)
        raise
    said = bao.write(_VERIFY, {"key": new.reveal().hex(), "nonce": made["verification_nonce"]})
    if not said["data"].get("complete"):
        raise CustodyError("OpenBao did not confirm the new root: the old one is in force")
    return root
