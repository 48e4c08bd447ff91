"""tutela pin add, release, list.

Commands return ``object``: Typer evaluates annotations, and a result's class would have to be
imported for it. The front door checks what comes.
"""

from pathlib import Path
from typing import Annotated

import typer

from blueprints.front import Front
from governance.workspace.cli import WorkspaceOption

app = typer.Typer(help="Keep an artifact whatever the policy says.")

ByOption = Annotated[
    str | None,
    typer.Option(metavar="NAME", help="Who signs; default: $USER.", show_default=False),
]


@app.command("add")
def add(
    ctx: typer.Context,
    artifact: Annotated[
        str, typer.Argument(metavar="ARTIFACT", help="An id, its first digits, or a URI.")
    ],
    reason: Annotated[str, typer.Option(metavar="TEXT", help="What needs it.")],
    by: ByOption = None,
    until: Annotated[
        str | None,
        typer.Option(metavar="WHEN", help="A date, or how long (90d); default: until released."),
    ] = None,
    workspace: WorkspaceOption = None,
) -> object:
    """Sign that an artifact, or all under a URI, stays.

    Example: tutela pin add s3://bucket/run/checkpoint-1000/ --reason "figure 3 of the paper"
    """
    from governance.pin import add as operation
    from governance.workspace.workspace import Workspace

    front: Front = ctx.obj
    return operation.add(
        Workspace.find(workspace, Path.cwd()),
        artifact,
        by=by or front.environ.get("USER"),
        reason=reason,
        until=until,
        now=front.now,
        progress=front.progress,
    )


@app.command("release")
def release(
    ctx: typer.Context,
    pin: Annotated[str, typer.Argument(metavar="PIN", help="Id of a pin, or its beginning.")],
    reason: Annotated[str, typer.Option(metavar="TEXT", help="Why it is no longer needed.")],
    by: ByOption = None,
    workspace: WorkspaceOption = None,
) -> object:
    """Sign that a pin is no longer needed; its record stays.

    Example: tutela pin release pin-0123456789ab --reason "the paper is withdrawn"
    """
    from governance.pin import release as operation
    from governance.workspace.workspace import Workspace

    front: Front = ctx.obj
    return operation.release(
        Workspace.find(workspace, Path.cwd()),
        pin,
        by=by or front.environ.get("USER"),
        reason=reason,
        now=front.now,
        progress=front.progress,
    )


@app.command("list")
def list_(
    ctx: typer.Context,
    workspace: WorkspaceOption = None,
    everything: Annotated[
        bool, typer.Option("--all", help="Released and lapsed pins too.")
    ] = False,
    offline: Annotated[
        bool, typer.Option("--offline", help="Do not ask the stores; show what was read last.")
    ] = False,
) -> object:
    """Read the pins from the stores and list them.

    Exit code 4 where those of some place could not be read. Example: tutela pin list --all
    """
    from governance.pin import list as operation
    from governance.workspace.workspace import Workspace

    front: Front = ctx.obj
    return operation.list_pins(
        Workspace.find(workspace, Path.cwd()),
        now=front.now,
        progress=front.progress,
        everything=everything,
        offline=offline,
    )
