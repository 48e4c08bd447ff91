"""tutela policy lint, test, diff, packs.

Commands return ``object``: Typer evaluates annotations, and a result's class would have to be
imported for it. The front door checks what comes.
"""

from pathlib import Path
from typing import Annotated

import typer

from blueprints.front import Front
from governance.workspace.cli import WorkspaceOption

app = typer.Typer(help="Retention policies: lint, test and compare them.")

PolicyArgument = Annotated[
    Path, typer.Argument(metavar="FILE", help="A policy file, or the name of a pack.")
]


@app.command("lint")
def lint(
    ctx: typer.Context,
    file: PolicyArgument,
    workspace: Annotated[
        Path | None,
        typer.Option(
            "--workspace",
            "-w",
            metavar="DIR",
            help="Also hold it against what is stored and configured in this workspace.",
            show_default=False,
        ),
    ] = None,
    max_match: Annotated[
        float, typer.Option(metavar="PERCENT", help="Share of artifacts a rule may match.")
    ] = 50.0,
) -> object:
    """Look for rules that cannot mean what they say.

    Exit code 3 where there are any. Example: tutela policy lint policy.yaml -w project
    """
    from governance.policy import lint as operation
    from governance.workspace.workspace import Workspace

    front: Front = ctx.obj
    place = Workspace.find(workspace, Path.cwd()) if workspace is not None else None
    return operation.lint(file, now=front.now, workspace=place, max_match=max_match)


@app.command("test")
def test(file: PolicyArgument) -> object:
    """Decide the examples that a policy carries, and compare.

    Exit code 3 where one is decided otherwise. Example: tutela policy test policy.yaml
    """
    from governance.policy import test as operation
    from governance.policy.packs import file_or_pack

    return operation.test(file_or_pack(file))


@app.command("diff")
def diff(
    ctx: typer.Context,
    before: Annotated[Path, typer.Argument(metavar="A", help="A policy file or pack.")],
    after: Annotated[Path, typer.Argument(metavar="B", help="Another one.")],
    workspace: WorkspaceOption = None,
) -> object:
    """Show whose verdict changes from policy A to policy B, on what is stored now.

    Example: tutela policy diff policy.yaml stricter.yaml -w project
    """
    from governance.policy import diff as operation
    from governance.workspace.workspace import Workspace

    front: Front = ctx.obj
    place = Workspace.find(workspace, Path.cwd())
    return operation.diff(place, before, after, now=front.now)


@app.command("packs")
def packs(
    name: Annotated[
        str | None,
        typer.Argument(metavar="[NAME]", help="Show this one, to be copied.", show_default=False),
    ] = None,
) -> object:
    """List the policies that come with tutela, or show one.

    Example: tutela policy packs finetuning > policy.yaml
    """
    from governance.policy import packs as operation

    return operation.packs(name)
