"""tutela init, status, doctor.

Commands return ``object``: Typer evaluates annotations, and a result's class would have to be
imported for it. The front door checks what comes.
"""

from pathlib import Path
from typing import Annotated

import typer

from blueprints.front import Front

WorkspaceOption = Annotated[
    Path | None,
    typer.Option(
        "--workspace",
        "-w",
        metavar="DIR",
        help="Folder of the workspace; default: the nearest .tutela upward.",
        show_default=False,
    ),
]


SourceArgument = Annotated[
    list[str] | None,
    typer.Argument(
        metavar="[SOURCE]...",
        help="s3://BUCKET to ask about; default: all that is configured or was scanned.",
        show_default=False,
    ),
]


def init(
    workspace: Annotated[
        Path | None,
        typer.Option(
            "--workspace",
            "-w",
            metavar="DIR",
            help="Where to make it; default: here.",
            show_default=False,
        ),
    ] = None,
    policy_pack: Annotated[
        str | None,
        typer.Option(metavar="NAME", help="Copy this policy pack to policy.yaml and use it."),
    ] = None,
) -> object:
    """Make a workspace (.tutela) with a tutela.yaml that explains itself.

    Example: tutela init -w project --policy-pack finetuning
    """
    from governance.workspace import init as operation

    return operation.init(workspace, Path.cwd(), policy_pack)


def status(ctx: typer.Context, workspace: WorkspaceOption = None) -> object:
    """Show what is configured, which snapshots there are and what is missing.

    Asks no store. Example: tutela status -w project
    """
    from governance.workspace import status as operation
    from governance.workspace.workspace import Workspace

    front: Front = ctx.obj
    return operation.status(Workspace.find(workspace, Path.cwd()), front.now)


def doctor(
    ctx: typer.Context,
    source: SourceArgument = None,
    workspace: WorkspaceOption = None,
    endpoint_url: Annotated[
        str | None, typer.Option(metavar="URL", help="Store of SOURCE; default: as configured.")
    ] = None,
    profile: Annotated[
        str | None, typer.Option(metavar="NAME", help="Profile of the AWS configuration.")
    ] = None,
    region: Annotated[str | None, typer.Option(metavar="NAME", help="Region to sign for.")] = None,
    ca_bundle: Annotated[
        str | None, typer.Option(metavar="FILE", help="Certificate authorities to trust.")
    ] = None,
) -> object:
    """Check that stores and sources of evidence answer, and that no right is missing.

    Exit code 3 where something is to mend. Example: tutela doctor s3://alpha --profile site
    """
    from governance.workspace import doctor as operation
    from governance.workspace.config import store_given
    from governance.workspace.workspace import Workspace, WorkspaceMissingError

    front: Front = ctx.obj
    given = store_given(endpoint=endpoint_url, profile=profile, region=region, ca_bundle=ca_bundle)
    try:
        found = Workspace.find(workspace, Path.cwd())
    except WorkspaceMissingError:
        # A store can be asked before there is a workspace.
        if workspace is not None or not (source or endpoint_url):
            raise
        found = None
    return operation.diagnose(found, source or [], given, front.now)
