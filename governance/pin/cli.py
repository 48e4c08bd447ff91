"""tutela pin ..."""

import typer

app = typer.Typer(help="Keep an artifact whatever the policy says.")
