"""tutela catalog scan, list, show, verify.

Commands return ``object``: Typer evaluates annotations, and a result's class would have to be
imported for it. The front door checks what comes.
"""

from pathlib import Path
from typing import Annotated

import typer

from blueprints.front import Front
from governance.workspace.cli import WorkspaceOption

app = typer.Typer(help="What is stored: scan it, list it, look at it, verify it.")

EndpointOption = Annotated[
    str | None, typer.Option(metavar="URL", help="Store of SOURCE; default: as configured.")
]
ProfileOption = Annotated[
    str | None, typer.Option(metavar="NAME", help="Profile of the AWS configuration.")
]
RegionOption = Annotated[str | None, typer.Option(metavar="NAME", help="Region to sign for.")]
BundleOption = Annotated[
    str | None, typer.Option(metavar="FILE", help="Certificate authorities to trust.")
]


@app.command("scan")
def scan(
    ctx: typer.Context,
    source: Annotated[
        list[str] | None,
        typer.Argument(
            metavar="[SOURCE]...",
            help="s3://BUCKET/PREFIX, file:///PATH, or a listing (.parquet, .csv, manifest.json);"
            " default: the sources in tutela.yaml.",
            show_default=False,
        ),
    ] = None,
    workspace: WorkspaceOption = None,
    endpoint_url: EndpointOption = None,
    profile: ProfileOption = None,
    region: RegionOption = None,
    ca_bundle: BundleOption = None,
) -> object:
    """List all that is stored, recognise what it is, and write a snapshot of it.

    Makes the workspace where -w names a folder without one. Exit code 4 where something could not
    be listed: that is unknown then, not gone. Example: tutela catalog scan s3://alpha -w project
    """
    from governance.catalog import scan as operation
    from governance.workspace.config import store_given
    from governance.workspace.workspace import Workspace, WorkspaceMissingError

    front: Front = ctx.obj
    given = store_given(endpoint=endpoint_url, profile=profile, region=region, ca_bundle=ca_bundle)
    try:
        found = Workspace.find(workspace, Path.cwd())
    except WorkspaceMissingError:
        if workspace is None:
            raise
        found = Workspace.create(workspace)
        typer.echo(f"made the workspace {found.folder}", err=True)
    return operation.scan(
        found, source or [], given, now=front.now, cwd=Path.cwd(), progress=front.progress
    )


@app.command("list")
def list_(
    ctx: typer.Context,
    workspace: WorkspaceOption = None,
    kind: Annotated[
        str | None, typer.Option(metavar="KIND", help="checkpoint, model, adapter, dataset, ..")
    ] = None,
    project: Annotated[str | None, typer.Option(metavar="NAME", help="Of this project.")] = None,
    run: Annotated[
        str | None, typer.Option(metavar="TEXT", help="Whose run begins or ends with this.")
    ] = None,
    incomplete: Annotated[
        bool, typer.Option("--incomplete", help="Where a part is missing, or may be.")
    ] = False,
    limit: Annotated[
        int, typer.Option(metavar="N", min=1, help="Rows of the table; JSON has all.")
    ] = 200,
) -> object:
    """List the artifacts of the newest snapshots, the largest first.

    Example: tutela catalog list --kind checkpoint --incomplete
    """
    from governance.catalog import list as operation
    from governance.workspace.workspace import Workspace

    front: Front = ctx.obj
    return operation.list_artifacts(
        Workspace.find(workspace, Path.cwd()),
        operation.Wanted(kind=kind, project=project, run=run, incomplete=incomplete),
        limit=None if front.json else limit,
    )


@app.command("show")
def show(
    ctx: typer.Context,
    artifact: Annotated[
        str, typer.Argument(metavar="ARTIFACT", help="An id, its first digits, or a URI.")
    ],
    workspace: WorkspaceOption = None,
    limit: Annotated[
        int, typer.Option(metavar="N", min=1, help="Files in the table; JSON has all.")
    ] = 200,
) -> object:
    """Show all that is known of one artifact, and its files.

    Example: tutela catalog show s3://alpha/runs/a/checkpoint-1000/
    """
    from governance.catalog import show as operation
    from governance.workspace.workspace import Workspace

    front: Front = ctx.obj
    return operation.show(
        Workspace.find(workspace, Path.cwd()), artifact, limit=None if front.json else limit
    )


@app.command("verify")
def verify(
    ctx: typer.Context,
    workspace: WorkspaceOption = None,
    live: Annotated[
        bool, typer.Option("--live", help="List the stores again and say what has changed.")
    ] = False,
) -> object:
    """Check that the snapshots are as they were written.

    Exit code 3 where one is damaged or, with --live, where a store has changed since.
    Example: tutela catalog verify --live
    """
    from governance.catalog import verify as operation
    from governance.workspace.workspace import Workspace

    front: Front = ctx.obj
    return operation.verify(
        Workspace.find(workspace, Path.cwd()), live=live, progress=front.progress
    )
