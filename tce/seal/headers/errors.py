"""What goes wrong with detached headers."""

from blueprints.errors import ExpectedError


class HeadersError(ExpectedError):
    """A header store that cannot be used, or a record that cannot be read."""

    kind = "headers"


class MissingError(HeadersError):
    """The store has never heard of the object."""

    kind = "missing"


class DestroyedError(HeadersError):
    """The object was shredded: its header is nowhere in this store."""

    kind = "destroyed"


class ConflictError(HeadersError):
    """Somebody else has put another version meanwhile: nothing was written."""

    kind = "conflict"


class DamagedError(HeadersError):
    """A record that is not what was put."""

    kind = "damaged"
