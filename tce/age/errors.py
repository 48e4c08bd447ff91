"""What is wrong with an age file, or with a key of one: one class for one reason."""

from blueprints.errors import ExpectedError


class AgeError(ExpectedError):
    """An age file that is not opened, or a key that is none."""

    kind = "age"


class KeyTextError(AgeError):
    """A text that is no recipient or no identity; it is never repeated in the message."""


class NotAgeError(AgeError):
    """Something else than an age file: nothing at all, another format, another version."""


class HeaderCutError(AgeError):
    """The file ends within its header."""


class HeaderError(AgeError):
    """A header that the format does not allow."""


class HeaderForgedError(AgeError):
    """The header's MAC does not fit: a stanza was changed, added, removed or moved."""


class NoIdentityError(AgeError):
    """None of the identities opens any stanza."""


class BodyError(AgeError):
    """A body that is not what was sealed."""


class BodyCutError(BodyError):
    """The body ends before its last chunk does."""


class ChunkError(BodyError):
    """A chunk does not authenticate, or it stands in another's place."""

    def __init__(self, message: str, chunk: int) -> None:
        super().__init__(message)
        self.chunk = chunk
        """Its number, from 0."""


class TrailingError(BodyError):
    """Something follows the last chunk."""
