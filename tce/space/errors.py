"""What a reader says of a file that it does not understand in full; nothing follows from it."""

from blueprints.errors import ExpectedError


class NotModelledError(ExpectedError):
    """``file:line: what is not modelled``; a proof of the file fails closed."""

    kind = "not modelled"
    exit_code = 3
