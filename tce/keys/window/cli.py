"""tutela tce keys window open, close, status, serve.

Commands return ``object``: Typer evaluates annotations, and a result's class would have to be
imported for it. The front door checks what comes.
"""

from pathlib import Path
from typing import Annotated

import typer

from blueprints.front import Front
from tce.keys.options import Folder, Ordered, Sign, desk

app = typer.Typer(no_args_is_help=True, help="Windows in which machines may open their disks.")

Gate = Annotated[
    Path,
    typer.Option("--gate", metavar="FOLDER", help="Folder of the gate, on Tang's own machine."),
]


@app.command("open")
def open_(
    ctx: typer.Context, folder: Folder, gate: Gate, order: Ordered = None, key: Sign = None
) -> object:
    """Let machines open their disks from now on, as several officers have ordered.

    Needs an order of verb window, whose target is a machine's address or a small network. It may
    say how many minutes (30) and how many openings for each machine (1).

    Example: tutela tce keys window open hospital --gate /srv/gate --order order.json
    """
    front: Front = ctx.obj
    held = desk(front, folder)
    from tce.keys.window.operations import open_ as operation

    return operation(held, gate, order, key or ())


@app.command("close")
def close(gate: Gate) -> object:
    """Close every window at once; needs nobody's approval.

    Example: tutela tce keys window close --gate /srv/gate
    """
    from tce.keys import extra

    extra.need()
    from tce.keys.window.operations import close as operation

    return operation(gate)


@app.command("status")
def status(ctx: typer.Context, folder: Folder, gate: Gate) -> object:
    """Say which windows are open, which machines had a key, and who asked without one.

    Exit code 3 where somebody asked for a key and was refused: a copied disk looks like that.

    Example: tutela tce keys window status hospital --gate /srv/gate
    """
    front: Front = ctx.obj
    held = desk(front, folder)
    from tce.keys.window.operations import status as operation

    return operation(gate, held.officers, front.now)


@app.command("serve")
def serve(
    ctx: typer.Context,
    folder: Folder,
    gate: Gate,
    listen: Annotated[
        str, typer.Option("--listen", metavar="ADDRESS:PORT", help="Where machines ask.")
    ],
    tang: Annotated[
        str, typer.Option("--tang", metavar="ADDRESS:PORT", help="Tang, for nobody but the gate.")
    ] = "127.0.0.1:7501",
) -> object:
    """Stand before a Tang server until it is stopped: keys only while a window is open.

    Officers are read from DIR/spec.yaml each time: it has to be a copy that two people reviewed.

    Example: tutela tce keys window serve hospital --gate /srv/gate --listen 10.200.0.5:7500
    """
    front: Front = ctx.obj
    held = desk(front, folder)
    from tce.keys.window.run import run

    return run(gate, lambda: held.officers, lambda: held.later, listen, tang, front.progress)
