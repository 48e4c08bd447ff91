"""Sessions with a PKCS #11 token: its library found, its PIN asked for, its errors said plainly.

    with session("tce-root", None, ask, environ) as token:
        token.get_key(label="evidence")

Sources: PKCS #11 v3.1; python-pkcs11 0.10, SoftHSM 2.6, tried.
"""

import ctypes
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

from blueprints.secret import Ask
from tce.keys.errors import CustodyError

MODULE = "PKCS11_MODULE"
"""Variable with the path of the library, where the URI names none."""
PIN = "pin"
_EXTRA = "pip install 'tutela[hsm]'"


class PinError(CustodyError):
    """The token does not take the PIN."""


class TokenMissingError(CustodyError):
    """No such library, token or key."""


@contextmanager
def session(
    label: str, module: Path | None, ask: Ask, environ: Mapping[str, str], *, write: bool = False
) -> Iterator[Any]:
    """Log in to a token, and log out at the end.

    Args:
        label: the token's own.
        module: the library; None: the one that ``PKCS11_MODULE`` names.
        ask: for its PIN.
        environ: where the variable stands.
        write: whether keys are made or destroyed.

    Raises:
        PinError: the PIN is wrong, or locked after too many wrong ones.
        TokenMissingError: no library, no token, or no key of the name that the caller looked for.
        CustodyError: the module refuses something else.
    """
    try:
        import pkcs11
        from pkcs11 import exceptions as said
    except ImportError as error:
        raise CustodyError("hardware modules need python-pkcs11", _EXTRA) from error
    library = str(module) if module is not None else environ.get(MODULE, "")
    if not library:
        raise TokenMissingError("no PKCS #11 library is named", f"export {MODULE}=FILE.so")
    pin = ask(PIN, f"PIN of token {label}")
    # Without causes: the frames below hold the PIN.
    try:
        token = pkcs11.lib(library).get_token(token_label=label)
        with token.open(rw=write, user_pin=pin.text()) as opened:
            yield opened
    except said.PinLocked:
        raise PinError(
            f"the PIN of token {label} is locked: too many wrong ones",
            "its security officer has to set a new one",
        ) from None
    except (said.PinIncorrect, said.PinInvalid, said.PinLenRange):
        raise PinError(f"wrong PIN for token {label}") from None
    except (said.NoSuchToken, said.TokenNotPresent, said.TokenNotRecognised):
        raise TokenMissingError(
            f"{library} has no token {label}", f"pkcs11-tool --module {library} --list-slots"
        ) from None
    except said.NoSuchKey:
        raise TokenMissingError(
            f"token {label} has no such key",
            f"pkcs11-tool --module {library} --token-label {label} --login --list-objects",
        ) from None
    except said.PKCS11Error as error:
        if "loading" in str(error):
            raise TokenMissingError(f"{library}: no PKCS #11 library") from None
        what = str(error) or type(error).__name__
        raise CustodyError(f"token {label} refuses: {what}") from None
    finally:
        _forget_errors()


def _forget_errors() -> None:
    """Empty the queue of errors that OpenSSL keeps for this thread.

    A module on top of the same OpenSSL leaves its own there (SoftHSM 2.6: "no such engine"), and
    the next read of a TLS connection would fail with them.
    """
    import _ssl

    # Where Python has its TLS built in, no module shares its OpenSSL.
    built = getattr(_ssl, "__file__", None)
    if built is not None:
        with suppress(OSError, AttributeError):
            ctypes.CDLL(built).ERR_clear_error()
