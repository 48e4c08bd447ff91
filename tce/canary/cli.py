"""tutela tce canary."""

import secrets
from pathlib import Path
from typing import Annotated

import typer

from blueprints.front import Front
from tce.evidence.cli import Key, Record


def canary(
    ctx: typer.Context,
    folders: Annotated[
        list[Path] | None,
        typer.Argument(metavar="DIR..", help="Folders and files: repositories, states, bundles."),
    ] = None,
    canaries: Annotated[
        list[Path] | None,
        typer.Option("--canary", metavar="FILE", help="What is looked for; many times."),
    ] = None,
    new: Annotated[
        Path | None, typer.Option("--new", metavar="FILE", help="Make a canary to be planted.")
    ] = None,
    record: Record = None,
    key: Key = None,
) -> object:
    """Look for known secrets in every form, in files and in the whole history of Git.

    Raw, hex, base64 in each alignment, for URLs, escaped, compressed, and several of these
    together. Without --canary a rendered environment is rendered again, twice, among marked secrets
    in a home and in variables, and these are looked for. Exit code 3 where one is found, 4 where
    something could not be searched.

    Example: tutela tce canary hospital --canary token.txt
    """
    from tce.canary import made
    from tce.canary.canary import look
    from tce.canary.planted import SPECIFICATION, plant

    front: Front = ctx.obj
    if new is not None:
        return made.made(new, folders or (), canaries or (), secrets.token_bytes(32))
    alone = folders[0] if folders and len(folders) == 1 and not canaries else None
    planting = alone is not None and (alone / SPECIFICATION).is_file()
    if record is None and key is None:
        if alone is not None and planting:
            return plant(alone, secrets.token_bytes, front.progress)
        return look(folders or (), canaries or (), secrets.token_bytes, front.progress)
    from tce.keys import extra as needed

    needed.need()
    from tce.evidence import recorded

    first = folders[0] if folders else None
    keeping = recorded.Keeping.of(record, key, front, first)
    if alone is not None and planting:
        return recorded.planted(alone, secrets.token_bytes, keeping)
    return recorded.canary(folders or (), canaries or (), secrets.token_bytes, keeping)
