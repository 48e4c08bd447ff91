"""What goes wrong when something is sealed or opened."""

from blueprints.errors import ExpectedError


class SealError(ExpectedError):
    """Something that is not sealed or not opened."""

    kind = "seal"


class UsageError(SealError):
    """An option says what cannot be."""

    kind = "usage"
    exit_code = 2


class PlaceError(SealError):
    """A file or folder that cannot be read or written."""

    kind = "place"


class ExistsError(PlaceError):
    """There is something already, and nothing said that it is to be replaced."""

    kind = "exists"


class MissingError(PlaceError):
    """There is nothing of this name."""

    kind = "missing"


class ManifestError(SealError):
    """A manifest that is missing, says nothing, or says something else than the file."""

    kind = "manifest"


class ReplayedError(SealError):
    """Whole and signed, and not the version that counts."""

    kind = "replayed"
