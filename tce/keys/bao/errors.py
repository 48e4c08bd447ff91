"""What OpenBao says no with, told apart where a caller or a person acts differently."""

from tce.keys.errors import CustodyError, RefusedError


class BaoError(CustodyError):
    """OpenBao cannot be used, or says no."""

    kind = "openbao"


class SealedError(BaoError):
    """It is sealed: it holds nothing that anybody could read, itself included."""


class UninitialisedError(BaoError):
    """It was never initialised: it has no keys yet."""


class DownError(BaoError):
    """Nobody answers at its address."""


class SlowError(BaoError):
    """It does not answer in time; what it was asked to do may have been done."""


class TrustError(BaoError):
    """Its certificate is not one of the authority that is believed."""


class TokenError(BaoError):
    """The token is not known: never made, expired, or revoked."""


class DeniedError(BaoError, RefusedError):
    """No policy of this token allows the path."""


class MissingError(BaoError):
    """There is nothing at this path."""


class ConflictError(BaoError):
    """Somebody else wrote first: the version is another one than the caller saw."""


class GoneKeyError(MissingError):
    """A transit key, or the version of it that is needed, is not there any more."""
