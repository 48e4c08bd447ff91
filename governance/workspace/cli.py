"""tutela init, status, doctor."""

from pathlib import Path
from typing import Annotated

import typer

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


def init(ctx: typer.Context, workspace: WorkspaceOption = None) -> None:
    """Make a workspace (.tutela) with a commented tutela.yaml."""


def status(ctx: typer.Context, workspace: WorkspaceOption = None) -> None:
    """Show what is configured, which snapshots there are and what is missing."""


def doctor(ctx: typer.Context, workspace: WorkspaceOption = None) -> None:
    """Check that the stores answer and that no right is missing."""
