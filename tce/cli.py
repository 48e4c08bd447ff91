"""tutela tce spec, render, prove, probe, explain, matrix.

Commands return ``object``: Typer evaluates annotations, and a result's class would have to be
imported for it. The front door checks what comes.
"""

from typing import Annotated

import typer

app = typer.Typer(help="Trusted environments: render them, prove and test their isolation.")


@app.command("spec")
def spec(
    name: Annotated[
        str, typer.Argument(metavar="NAME", help="Name of an example: hospital.")
    ] = "hospital",
) -> object:
    """Print a commented specification that renders as it is.

    Example: tutela tce spec hospital > tce.yaml
    """
    from blueprints.engine.catalogue import example

    return example("tce", name)
