"""tutela tce visibility."""

from pathlib import Path
from typing import Annotated

import typer

from blueprints.front import Front
from tce.evidence.cli import Key, Record


def visibility(
    ctx: typer.Context,
    folder: Annotated[
        Path, typer.Argument(metavar="DIR", help="A rendered environment; default: here.")
    ] = Path(),
    canaries: Annotated[
        list[Path] | None,
        typer.Option("--canary", metavar="FILE", help="A secret that is known; many times."),
    ] = None,
    out: Annotated[
        Path | None, typer.Option("--out", metavar="FILE", help="Write the whole table (CSV).")
    ] = None,
    record: Record = None,
    key: Key = None,
) -> object:
    """Say of every rendered field who can read it: everybody, the institution, the provider.

    Exit code 3 where something that the provider is given is made of a secret, or is not what the
    specification gives.

    Example: tutela tce visibility hospital --out visibility.csv
    """
    if record is None and key is None:
        from tce.visibility.visibility import visibility as operation

        return operation(folder, canaries or (), out)
    from tce.keys import extra as needed

    needed.need()
    from tce.evidence import recorded

    front: Front = ctx.obj
    keeping = recorded.Keeping.of(record, key, front, folder)
    return recorded.visibility(folder, canaries or (), out, keeping)
