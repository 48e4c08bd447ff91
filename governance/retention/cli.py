"""tutela retention ..."""

import typer

app = typer.Typer(help="What is kept and why, and what may go.")
