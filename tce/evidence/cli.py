"""tutela tce evidence."""

from pathlib import Path
from typing import Annotated

import typer

from blueprints.front import Front

Folder = Annotated[Path, typer.Argument(metavar="DIR", help="A rendered environment.")]
Files = list[Path] | None


def evidence(
    ctx: typer.Context,
    folder: Folder,
    out: Annotated[
        Path | None,
        typer.Option("--out", metavar="FOLDER", help="Write the pack: JSON, HTML, OSCAL, CSV."),
    ] = None,
    records: Annotated[
        Files,
        typer.Option(
            "--records",
            metavar="FOLDER",
            help="Records besides DIR/evidence/records; may be repeated.",
        ),
    ] = None,
    attest: Annotated[
        Files,
        typer.Option(
            "--attest",
            metavar="FILE",
            help="What somebody says by name, besides DIR/evidence/attested; may be repeated.",
        ),
    ] = None,
    trust: Annotated[
        Files,
        typer.Option(
            "--trust",
            metavar="PEM",
            help="A public key whose records count, besides keys/evidence.pem and the officers'.",
        ),
    ] = None,
    running: Annotated[
        bool,
        typer.Option("--running", help="Ask for what only shows when it runs, ceremonies too."),
    ] = False,
    crosswalk: Annotated[
        Path | None,
        typer.Option("--crosswalk", metavar="FILE", help="Items and controls of your own."),
    ] = None,
    unsigned: Annotated[
        bool, typer.Option("--unsafe-unsigned", help="Let records count that nobody signed.")
    ] = False,
) -> object:
    """Say what is shown of an environment, by which run, of which bytes, control by control.

    Exit code 3 where a proof that is cited is missing, older than the file it proves, red,
    unsigned or changed.

    Example: tutela tce evidence hospital --out hospital-evidence
    """
    from governance.version import version
    from tce.evidence.evidence import Options
    from tce.evidence.evidence import evidence as operation

    front: Front = ctx.obj
    options = Options(
        records=tuple(records or ()),
        attest=tuple(attest or ()),
        trust=tuple(trust or ()),
        crosswalk=crosswalk,
        running=running,
        unsigned=unsigned,
        out=out,
    )
    return operation(folder, options, front.now, version())
