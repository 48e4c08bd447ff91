"""tutela catalog ..."""

import typer

app = typer.Typer(help="What is stored: scan it, list it, look at it, verify it.")
