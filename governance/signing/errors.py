"""What goes wrong around signatures."""

from blueprints.errors import ExpectedError


class SigningError(ExpectedError):
    """A key that cannot be used, or an envelope that says nothing."""

    kind = "signing"


class UnverifiedError(SigningError):
    """Too few of the keys that count have signed exactly this."""

    kind = "unverified"
