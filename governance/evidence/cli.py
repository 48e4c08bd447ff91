"""tutela evidence read, list, forget.

Commands return ``object``: Typer evaluates annotations, and a result's class would have to be
imported for it. The front door checks what comes.
"""

from pathlib import Path
from typing import Annotated

import typer

from blueprints.front import Front
from governance.workspace.cli import WorkspaceOption

app = typer.Typer(help="Who needs what: ask the sources in tutela.yaml, see what they said.")


@app.command("read")
def read(
    ctx: typer.Context,
    name: Annotated[
        list[str] | None,
        typer.Argument(
            metavar="[NAME]...",
            help="A source, its kind, or KIND/NAME; default: all in tutela.yaml.",
            show_default=False,
        ),
    ] = None,
    workspace: WorkspaceOption = None,
) -> object:
    """Ask the sources in tutela.yaml (MLflow, DVC, serving, jobs ..) and keep what they say.

    One that fails keeps what it kept before, and lets nothing go. Exit code 4 where one did not
    answer completely, 1 where none answered. Example: tutela evidence read mlflow
    """
    from governance.evidence import read as operation
    from governance.workspace.workspace import Workspace

    front: Front = ctx.obj
    return operation.read_evidence(
        Workspace.find(workspace, Path.cwd()),
        name or [],
        now=front.now,
        progress=front.progress,
    )


@app.command("list")
def list_(ctx: typer.Context, workspace: WorkspaceOption = None) -> object:
    """Show what each source said last: when, how completely, how much, who could write it.

    Asks no source. Example: tutela evidence list -w project
    """
    from governance.evidence import list as operation
    from governance.workspace.workspace import Workspace

    front: Front = ctx.obj
    return operation.list_evidence(Workspace.find(workspace, Path.cwd()), front.now)


@app.command("forget")
def forget(
    ctx: typer.Context,
    source: Annotated[
        str, typer.Argument(metavar="KIND/NAME", help="A source that tutela.yaml no longer has.")
    ],
    reason: Annotated[str, typer.Option(metavar="TEXT", help="Why nobody needs it any more.")],
    by: Annotated[
        str | None,
        typer.Option(metavar="NAME", help="Who signs; default: $USER.", show_default=False),
    ] = None,
    workspace: WorkspaceOption = None,
) -> object:
    """Sign that a source that was taken out of tutela.yaml no longer counts.

    Until then all that it needed is kept. Its readings are moved aside, not deleted.
    Example: tutela evidence forget mlflow/old --reason "moved to mlflow/site"
    """
    from governance.evidence import forget as operation
    from governance.workspace.workspace import Workspace

    front: Front = ctx.obj
    return operation.forget(
        Workspace.find(workspace, Path.cwd()),
        source,
        by=by or front.environ.get("USER"),
        reason=reason,
        now=front.now,
    )
