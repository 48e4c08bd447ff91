"""Being root in OpenBao for a moment: what no login of the environment may do.

The unseal key makes a root token (OpenBao's ``sys/generate-root-token``, which wants a login too
and is audited; tried on 2.7.2), and the token is revoked at the end, whatever happened between.
"""

import base64
import binascii
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress

from blueprints.secret import Secret
from tce.keys.bao.client import Bao
from tce.keys.bao.errors import BaoError
from tce.keys.errors import CustodyError

_ATTEMPT = "sys/generate-root-token/attempt"
_UPDATE = "sys/generate-root-token/update"


class StaleRootError(CustodyError):
    """A root that is not in force: of another generation, or of another OpenBao."""


@contextmanager
def root(bao: Bao, unseal: Secret) -> Iterator[Bao]:
    """Yield a connection as root, and revoke its token at the end.

    Args:
        bao: as somebody whose policy allows ``sys/generate-root-token/*``.
        unseal: the unseal key, 32 bytes.

    Raises:
        BaoError: OpenBao refuses: another attempt is going on, the key is not in force.
    """
    token = _token(bao, unseal)
    elevated = bao.as_token(token)
    try:
        yield elevated
    finally:
        try:
            elevated.write("auth/token/revoke-self")
        finally:
            elevated.close()


def short(bao: Bao, policies: list[str], minutes: int, who: str) -> tuple[Secret, str]:
    """Return a token that ends by itself, and its accessor.

    Args:
        bao: as root.
        policies: what it may.
        minutes: after which it is gone, renewed or not.
        who: whose it is, for the audit.

    Raises:
        BaoError: OpenBao refuses.
    """
    answer = bao.write(
        "auth/token/create",
        {
            "policies": policies,
            "no_default_policy": True,
            "no_parent": True,
            "renewable": False,
            "ttl": f"{minutes}m",
            "explicit_max_ttl": f"{minutes}m",
            "display_name": f"break-glass-{who}",
        },
    )["auth"]
    return Secret(answer["client_token"].encode()), str(answer["accessor"])


def unseal(bao: Bao, candidates: tuple[tuple[int, Secret], ...], patience: float = 30.0) -> int:
    """Unseal OpenBao by the first of these keys that it takes, and return its generation.

    Raises:
        CustodyError: it takes none of them.
        BaoError: it cannot be reached.
    """
    for generation, secret in candidates:
        try:
            answer = bao.write("sys/unseal", {"key": secret.reveal().hex()})
        except BaoError as error:
            if "invalid key" not in str(error) and "authentication failed" not in str(error):
                raise
            with suppress(BaoError):
                bao.write("sys/unseal", {"reset": True})
            continue
        if not answer["sealed"]:
            _active(bao, patience)
            return generation
    raise CustodyError(
        f"OpenBao takes none of {len(candidates)} roots that are kept here",
        "tutela tce keys status DIR",
    )


def _active(bao: Bao, patience: float) -> None:
    """Wait until it answers as the active node: some tenths of a second with raft."""
    until = time.monotonic() + patience
    while time.monotonic() < until:
        with suppress(BaoError):
            leader = bao.read("sys/leader")
            if leader.get("is_self") or leader.get("leader_address"):
                return
        time.sleep(0.05)
    raise CustodyError(f"{bao.server} is unsealed, but no node of it is active")


def _token(bao: Bao, unseal_key: Secret) -> Secret:
    attempt = bao.write(_ATTEMPT)["data"]
    if not attempt["otp"]:
        raise BaoError(
            "somebody is making a root token already: an attempt that nobody of yours began",
            f"bao delete {_ATTEMPT}",
        )
    try:
        said = bao.write(_UPDATE, {"nonce": attempt["nonce"], "key": unseal_key.reveal().hex()})[
            "data"
        ]
    except BaoError:
        with suppress(BaoError):
            bao.delete(_ATTEMPT)
        raise StaleRootError(
            "OpenBao does not take this root: it is not the one in force"
        ) from None
    encoded = str(said["encoded_token"])
    try:
        raw = base64.b64decode(encoded + "=" * (-len(encoded) % 4))
    except binascii.Error:
        raise BaoError("OpenBao's answer holds no token") from None
    # The XOR that takes OpenBao's one-time pad off.
    return Secret(bytes(a ^ b for a, b in zip(raw, str(attempt["otp"]).encode(), strict=True)))
