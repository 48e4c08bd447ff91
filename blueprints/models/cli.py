"""tutela model: what is served where, from one specification.

Commands return ``object``: Typer evaluates annotations, and a result's class would have to be
imported for it. The front door checks what comes.
"""

from pathlib import Path
from typing import Annotated

import typer

from blueprints.front import Front

app = typer.Typer(help="Model services from one specification: add, retire, compare, mirror.")

Folder = Annotated[
    Path, typer.Argument(metavar="DIR", help="A repository that serves models, as rendered.")
]


@app.command("compare")
def compare(context: typer.Context, folder: Folder) -> object:
    """Show that every render of a model is the same service, or the first difference.

    Every script, batch job, manifest and file of values is read back by parsers that share no code
    with what wrote it. Exit code 3 where one says something else than the specification.

    Example: tutela model compare models
    """
    from blueprints.models.compare import compare as operation

    front: Front = context.obj
    return operation(folder, front.progress)
