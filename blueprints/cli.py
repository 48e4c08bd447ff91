"""tutela blueprint list, spec, render, diff, update, check.

Commands return ``object``: Typer evaluates annotations, and a result's class would have to be
imported for it. The front door checks what comes.
"""

from pathlib import Path
from typing import Annotated

import typer

app = typer.Typer(help="GitOps repositories from a specification: render, compare, update.")


@app.command("list")
def list_() -> object:
    """List the blueprints that are installed.

    Example: tutela blueprint list
    """
    from blueprints.engine.catalogue import catalogue

    return catalogue()


@app.command("spec")
def spec(
    name: Annotated[str, typer.Argument(metavar="NAME", help="Name of a blueprint.")],
) -> object:
    """Print a commented specification that renders as it is.

    Example: tutela blueprint spec sandbox > site.yaml
    """
    from blueprints.engine.catalogue import example

    return example(name)


@app.command("render")
def render(
    specification: Annotated[
        Path, typer.Argument(metavar="SPEC", help="A specification file (YAML).")
    ],
    out: Annotated[
        Path, typer.Option("--out", metavar="DIR", help="Folder to make; must not hold anything.")
    ],
    overlay: Annotated[
        Path | None,
        typer.Option(
            "--overlay",
            metavar="DIR",
            help="Your own cookiecutter template, laid over the blueprint's; its hooks never run.",
        ),
    ] = None,
) -> object:
    """Render a specification into a new repository: whole, or not at all.

    Example: tutela blueprint render site.yaml --out repo
    """
    from blueprints.engine.create import create

    return create(specification, out, overlay)
