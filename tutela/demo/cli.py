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
    """Scan, ask who needs what, report and explain a small project on an embedded S3.

    Starts SeaweedFS on a free local port; writes a bucket, runs in MLflow, a DVC data set and a
    service in Git, a job list; runs tutela's own commands on them, writes an HTML report and stops
    the server again. Example: tutela demo --out /tmp/tutela-demo
    """
    from tutela.demo.demo import run

    return run(out, context.obj)
