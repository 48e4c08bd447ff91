"""tutela tce attack."""

import importlib.util
import secrets
from pathlib import Path
from typing import Annotated

import typer

from blueprints.errors import ExpectedError
from blueprints.front import Front
from tce.evidence.cli import Record


class ExtraError(ExpectedError):
    """What this needs is not installed."""

    kind = "not installed"


def attack(
    ctx: typer.Context,
    folder: Annotated[
        Path, typer.Argument(metavar="DIR", help="A rendered environment; default: here.")
    ] = Path(),
    holdings: Annotated[
        list[Path] | None,
        typer.Option(
            "--holdings",
            metavar="FOLDER",
            help="What the provider holds: buckets, volumes, Secrets, traffic; many times.",
        ),
    ] = None,
    canaries: Annotated[
        list[Path] | None,
        typer.Option("--canary", metavar="FILE", help="What must not be read; many times."),
    ] = None,
    keys: Annotated[
        list[str] | None,
        typer.Option(
            "--key",
            metavar="URI",
            help="A key of the institution: age:FILE, file:FILE, bao://MOUNT/data/PATH; many.",
        ),
    ] = None,
    headers: Annotated[
        str | None,
        typer.Option(
            "--detached", metavar="STORE", help="The institution's headers: a folder, bao://MOUNT."
        ),
    ] = None,
    tries: Annotated[
        int,
        typer.Option("--tries", metavar="N", min=0, help="Passphrases to try on each volume."),
    ] = 100,
    record: Record = None,
    sign: Annotated[
        str | None, typer.Option("--sign", metavar="URI", help="Sign the record with this key.")
    ] = None,
    live: Annotated[
        bool,
        typer.Option(
            "--live", help="Holdings are the provider's own, not a lab's: the record says so."
        ),
    ] = False,
) -> object:
    """Try to read canaries with everything that the provider holds, and then with a key added.

    Holdings are a folder with whatever lies with the provider: bodies and sealed objects, images
    of volumes (LUKS2), Secrets of Harvester, cloud-init, captured traffic (pcap). Exit code 3 where
    something is read without a key, or not even with one; 4 where a half is missing.

    Example: tutela tce attack hospital --holdings held --canary canary.txt --key age:anna.txt
    """
    for module in ("cryptography", "securesystemslib", "hvac"):
        if importlib.util.find_spec(module) is None:
            raise ExtraError(f"an attack needs {module}", "pip install 'tutela[keys]'")
    from tce.attack.attack import Asked
    from tce.attack.attack import attack as operation
    from tce.keys.bao.where import find

    front: Front = ctx.obj
    asked = Asked(folder, holdings or (), canaries or (), keys or (), headers, tries)
    result = operation(
        asked,
        front.secret,
        lambda: find(front.secret, front.environ, folder),
        secrets.token_bytes,
        front.progress,
    )
    if record is None and sign is None:
        return result
    from tce.evidence import recorded

    keeping = recorded.Keeping.of(record, sign, front, folder)
    return recorded.attack(folder, result, keeping, live=live)
