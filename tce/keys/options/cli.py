"""Options that commands of keys share, and the desk that they work at."""

import secrets
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from blueprints.front import Front
from blueprints.secret import once

if TYPE_CHECKING:
    from tce.keys.desk import Desk

Folder = Annotated[Path, typer.Argument(metavar="DIR", help="A rendered environment.")]
Place = Annotated[
    Path,
    typer.Option("--root", metavar="FOLDER", help="Where the root is kept; in no repository."),
]
Sign = Annotated[
    list[str] | None,
    typer.Option(
        "--key", metavar="URI", help="Sign the record: bao://.., pkcs11:.., file:PATH; many times."
    ),
]
Ordered = Annotated[
    Path | None,
    typer.Option("--order", metavar="FILE", help="What officers signed; see keys order."),
]
Shares = Annotated[
    list[Path] | None,
    typer.Option("--share", metavar="FILE", help="An officer's share; many times."),
]
Identities = Annotated[
    list[Path] | None,
    typer.Option("--identity", metavar="FILE", help="What opens a share; many times."),
]


def desk(front: Front, folder: Path) -> "Desk":
    """What every ceremony has at hand.

    Raises:
        NoKeysError: the extra `keys` is not installed.
    """
    from tce.keys import extra

    extra.need()
    from tce.keys.desk import Desk

    ask = once(front.secret, "pin", "token")
    return Desk(folder, ask, front.environ, front.now, secrets.token_bytes)
