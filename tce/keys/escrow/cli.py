"""tutela tce keys escrow split, combine, drill."""

from pathlib import Path
from typing import Annotated

import typer

from blueprints.front import Front
from tce.keys.options import Folder, Identities, Ordered, Shares, Sign, desk

app = typer.Typer(help="The escrow: what opens everything when all else is lost, in shares.")


@app.command("split")
def split(
    ctx: typer.Context,
    folder: Folder,
    out: Annotated[
        Path,
        typer.Option("--out", metavar="FOLDER", help="Where the shares are written for officers."),
    ],
    order: Ordered = None,
    key: Sign = None,
) -> object:
    """Make a new escrow identity and split it among officers; nobody ever holds it whole.

    Needs an order of verb escrow-split, whose target is the environment's name.

    Example: tutela tce keys escrow split hospital --out /srv/shares --order order.json
    """
    front: Front = ctx.obj
    held = desk(front, folder)
    from tce.keys.escrow.split import split as operation

    return operation(held, out, order, key or ())


@app.command("combine")
def combine(
    ctx: typer.Context,
    folder: Folder,
    out: Annotated[
        Path, typer.Option("--out", metavar="FILE", help="Where the identity is written.")
    ],
    order: Ordered = None,
    share: Shares = None,
    identity: Identities = None,
    key: Sign = None,
) -> object:
    """Put the escrow identity together from shares, and write it to a file.

    Needs an order of verb escrow-combine, whose target is the environment's name; OpenBao is not
    asked, as it may be what was lost.

    Example: tutela tce keys escrow combine hospital --share s.age --identity anna.age .. --out e
    """
    front: Front = ctx.obj
    held = desk(front, folder)
    from tce.keys.escrow.combine import combine as operation

    return operation(held, share or (), identity or (), out, order, key or ())


@app.command("drill")
def drill(
    ctx: typer.Context,
    folder: Folder,
    share: Shares = None,
    identity: Identities = None,
    key: Sign = None,
) -> object:
    """Try that the shares open what is sealed to the escrow, and that one fewer does not.

    Nothing is written but the record.

    Example: tutela tce keys escrow drill hospital --share s.age --identity anna.age ..
    """
    front: Front = ctx.obj
    held = desk(front, folder)
    from tce.keys.escrow.combine import drill as operation

    return operation(held, share or (), identity or (), key or ())
