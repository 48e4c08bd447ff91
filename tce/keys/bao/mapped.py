"""From what hvac and requests raise to errors that say what is wrong and what to do.

Nothing of a request goes into a message but its path: a body holds secrets, and a header a token.
Sources: hvac 2.4 ``hvac/exceptions.py``; answers of OpenBao 2.7.2, tried.
"""

from collections.abc import Sequence

import requests
from hvac import exceptions

from tce.keys.bao import errors

_LOGIN = "bao login (or export TUTELA_TOKEN_FILE=FILE)"
_GONE = ("key not found", "no existing key named", "too old)")
"""Of transit: its key was deleted, or the version that a ciphertext needs is disallowed now."""


def unreached(error: requests.RequestException, server: str) -> errors.BaoError:
    """Return what it means that no answer came from `server`."""
    broken = isinstance(error, requests.exceptions.SSLError)
    if broken and "CERTIFICATE_VERIFY_FAILED" not in str(error):
        return errors.DownError(
            f"TLS with OpenBao at {server} fails", f"curl --head {server}/v1/sys/health"
        )
    if broken:
        return errors.TrustError(
            f"the certificate of {server} is not of the authority that is believed",
            "export BAO_CACERT=FILE, with the certificate of OpenBao's authority",
        )
    # A body that stops half way is a ConnectionError that says so in its text only.
    if isinstance(error, requests.exceptions.Timeout) or "timed out" in str(error).lower():
        return errors.SlowError(f"OpenBao at {server} does not answer in time")
    return errors.DownError(
        f"OpenBao at {server} cannot be reached", f"curl --head {server}/v1/sys/health"
    )


def refused(error: exceptions.VaultError, server: str, path: str) -> errors.BaoError:
    """Return what an answer means that is an error; `path` is what was asked for."""
    said = _said(error.errors)
    lower = said.lower()
    if isinstance(error, exceptions.VaultDown) or "is sealed" in lower:
        if "sealed" in lower:
            return errors.SealedError(
                f"OpenBao at {server} is sealed", "tutela tce keys unseal DIR --root FOLDER"
            )
        return errors.DownError(f"OpenBao at {server} is not ready: {said or 'it says nothing'}")
    if isinstance(error, exceptions.Forbidden | exceptions.Unauthorized):
        return errors.DeniedError(f"no policy of this token allows it: {path}")
    if "check-and-set" in lower:
        return errors.ConflictError(f"{path}: somebody else wrote it first")
    if any(word in lower for word in _GONE):
        return errors.GoneKeyError(f"{path}: {said}")
    if isinstance(error, exceptions.InvalidPath):
        return errors.MissingError(f"{path}: {said or 'there is nothing'}")
    return errors.BaoError(f"{path}: {said or 'OpenBao refuses it and does not say why'}")


def unknown(given: bool) -> errors.TokenError:
    """Return what it means that OpenBao does not know the token; `given`: whether there is one."""
    if not given:
        return errors.TokenError("OpenBao wants a token here", _LOGIN)
    return errors.TokenError("the token is not known to OpenBao, or has expired", _LOGIN)


def empty(server: str) -> errors.UninitialisedError:
    """Return what it means that it is sealed and was never initialised."""
    return errors.UninitialisedError(
        f"OpenBao at {server} is not initialised", "tutela tce keys init DIR --root FOLDER"
    )


def _said(lines: Sequence[str] | str | None) -> str:
    """What OpenBao says, on one line."""
    if not lines:
        return ""
    whole = lines if isinstance(lines, str) else "; ".join(lines)
    return " ".join(whole.split())[:300]
