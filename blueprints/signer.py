"""Who signs with a key that somebody names: asked for at the front door, known to no lower room."""

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from blueprints.errors import ExpectedError

if TYPE_CHECKING:
    from securesystemslib.signer import Signer

SignWith = Callable[[str, Path | None], "Signer"]
"""Called with a key's URI and, where there is one, the rendered repository that says which OpenBao.
The seam is securesystemslib's ``Signer``: whoever signs by it does not know where the key lies."""


class NoSignerError(ExpectedError):
    """Nothing here signs."""

    kind = "no signer"


def unsigned(uri: str, _folder: Path | None) -> "Signer":
    """Raise: the :data:`SignWith` of places where no key can be reached."""
    raise NoSignerError(f"nothing here signs with {uri}")
