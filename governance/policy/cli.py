"""tutela policy ..."""

import typer

app = typer.Typer(help="Retention policies: lint, test and compare them.")
