"""`tutela demo`: the main job on a real S3 server of its own."""

from pathlib import Path
from typing import Annotated

import typer


def demo(
    context: typer.Context,
    out: Annotated[
        Path, typer.Option("--out", help="Folder for the workspace and the report.")
    ] = Path("tutela-demo"),
) -> object:
    """Scan, report and explain a small project on an embedded S3, in one go.

    Starts SeaweedFS on a free local port, fills a bucket, runs tutela's own commands on it, writes
    an HTML report and stops the server again. Example: tutela demo --out /tmp/tutela-demo
    """
    from tutela.demo.demo import run

    return run(out, context.obj)
