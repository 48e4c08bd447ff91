"""tutela model: what is served where, from one specification.

Commands return ``object``: Typer evaluates annotations, and a result's class would have to be
imported for it. The front door checks what comes.
"""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from blueprints.front import Front

if TYPE_CHECKING:
    from blueprints.update.update import Options

app = typer.Typer(help="Model services from one specification: add, retire, compare, mirror.")

Folder = Annotated[
    Path, typer.Argument(metavar="DIR", help="A repository that serves models, as rendered.")
]
DryRun = Annotated[
    bool, typer.Option("--dry-run", "-n", help="Show what would change and write nothing.")
]
AllowDirty = Annotated[
    bool, typer.Option("--allow-dirty", help="Also over changes that are not in Git.")
]


@app.command("onboard")
def onboard(
    context: typer.Context,
    model: Annotated[
        Path, typer.Argument(metavar="MODEL", help="A few lines of YAML about one model.")
    ],
    folder: Folder,
    dry_run: DryRun = False,
    allow_dirty: AllowDirty = False,
) -> object:
    """Add a model to a repository: to its specification, and all that is rendered of it.

    Nothing is written for a model that no site can serve. Exit code 3 with conflicts.

    Example: tutela model onboard apertus.yaml models --dry-run
    """
    from blueprints.models.onboard import onboard as operation

    return operation(model, folder, _options(context.obj, dry_run, allow_dirty))


@app.command("retire")
def retire(
    context: typer.Context,
    name: Annotated[str, typer.Argument(metavar="NAME", help="The model's name there.")],
    folder: Folder,
    dry_run: DryRun = False,
    allow_dirty: AllowDirty = False,
) -> object:
    """Take a model out of a repository; its weights stay where they are.

    Exit code 3 with conflicts: somebody edited a file of the model.

    Example: tutela model retire apertus-8b models --dry-run
    """
    from blueprints.models.retire import retire as operation

    return operation(name, folder, _options(context.obj, dry_run, allow_dirty))


def _options(front: Front, dry_run: bool, allow_dirty: bool) -> "Options":
    import shutil

    from blueprints.update.update import Options

    found = shutil.which("git", path=front.environ.get("PATH"))
    git = Path(found).absolute() if found else None
    return Options(dry_run=dry_run, allow_dirty=allow_dirty, git=git, today=front.now.date())


@app.command("compare")
def compare(
    context: typer.Context,
    folder: Folder,
    charts: Annotated[
        Path | None,
        typer.Option(
            "--charts",
            metavar="DIR",
            help="Where Helm charts lie, besides charts/ of the repository.",
        ),
    ] = None,
) -> object:
    """Show that every render of a model is the same service, or the first difference.

    Every script, batch job, manifest and file of values is read back by parsers that share no code
    with what wrote it; values for a Helm chart also as what Helm makes of them, where the chart is
    at hand. Exit code 3 where one says something else than the specification.

    Example: tutela model compare models
    """
    from blueprints.models.compare import compare as operation

    front: Front = context.obj
    return operation(folder, front.progress, charts=charts)
