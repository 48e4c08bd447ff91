"""tutela tce seal, open.

Commands return ``object``: Typer evaluates annotations, and a result's class would have to be
imported for it. The front door checks what comes.
"""

import importlib.util
import secrets
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from blueprints.errors import ExpectedError
from blueprints.front import Front
from governance.catalog.cli import BundleOption, EndpointOption, ProfileOption, RegionOption

if TYPE_CHECKING:
    from tce.seal.setting import Setting

Environment = Annotated[
    Path | None,
    typer.Option(
        "--environment",
        metavar="DIR",
        help="A rendered environment: its buckets, escrow, senders and header store.",
    ),
]
Headers = Annotated[
    str | None,
    typer.Option(
        "--detached",
        metavar="STORE",
        help="Header store of the institution: a folder, or bao://MOUNT.",
    ),
]
Replace = Annotated[
    bool, typer.Option("--replace", help="Write over what is there; as the version after it.")
]


class ExtraError(ExpectedError):
    """What this needs is not installed."""

    kind = "not installed"


def setting(
    front: Front,
    endpoint_url: str | None,
    profile: str | None,
    region: str | None,
    ca_bundle: str | None,
) -> "Setting":
    """Return what operations get of the front door and of the options of stores.

    Raises:
        ExtraError: the extra `keys` is not installed.
    """
    for module in ("cryptography", "securesystemslib", "hvac"):
        if importlib.util.find_spec(module) is None:
            raise ExtraError(f"sealing needs {module}", "pip install 'tutela[keys]'")
    from governance.workspace.config import store_given
    from tce.seal.setting import Setting

    return Setting(
        front.now,
        secrets.token_bytes,
        front.secret,
        front.environ,
        front.progress,
        store_given(endpoint=endpoint_url, profile=profile, region=region, ca_bundle=ca_bundle),
    )


def seal(
    ctx: typer.Context,
    sources: Annotated[
        list[str],
        typer.Argument(metavar="FILE..", help="Files, folders, s3://BUCKET/KEY or /PREFIX/."),
    ],
    key: Annotated[
        str,
        typer.Option(
            "--key", metavar="URI", help="Who seals: file:PATH, bao://MOUNT/keys/NAME, pkcs11:.."
        ),
    ],
    to: Annotated[
        list[str] | None,
        typer.Option(
            "--to", metavar="WHOM", help="age1.., a file of them, or a bucket of the environment."
        ),
    ] = None,
    escrow: Annotated[
        list[str] | None,
        typer.Option("--escrow", metavar="WHOM", help="Who opens when all else is lost."),
    ] = None,
    out: Annotated[
        str | None,
        typer.Option(
            "--out", metavar="PLACE", help="Folder or s3://BUCKET/PREFIX; default: beside."
        ),
    ] = None,
    detached: Headers = None,
    environment: Environment = None,
    sender: Annotated[
        str | None,
        typer.Option(
            "--as",
            metavar="NAME",
            help="What the institution calls whoever seals; default: key id.",
        ),
    ] = None,
    purpose: Annotated[
        str, typer.Option("--purpose", metavar="TEXT", help="What for; stands in the manifest.")
    ] = "",
    replace: Replace = False,
    resume: Annotated[
        Path | None,
        typer.Option(
            "--resume",
            metavar="DIR",
            help="Go on with uploads that were cut off; file keys of unfinished ones lie there.",
        ),
    ] = None,
    endpoint_url: EndpointOption = None,
    profile: ProfileOption = None,
    region: RegionOption = None,
    ca_bundle: BundleOption = None,
) -> object:
    """Seal files so that only the named recipients open them; any age client can.

    Beside each lies a manifest, signed by --key. With --detached, or in an environment, the
    provider gets bodies under random names, and headers stay in the store. Exit code 4 where some
    files failed.

    Example: tutela tce seal model.bin --to age1.. --key file:anna.pem --out s3://tce/models
    """
    front: Front = ctx.obj
    given = setting(front, endpoint_url, profile, region, ca_bundle)
    from tce.seal.seal import Wanted
    from tce.seal.seal import seal as operation

    wanted = Wanted(
        sources,
        to or (),
        key,
        out,
        detached,
        environment,
        escrow or (),
        sender,
        purpose,
        replace,
        resume,
    )
    return operation(wanted, given)


def open_(
    ctx: typer.Context,
    sources: Annotated[
        list[str],
        typer.Argument(
            metavar="FILE..",
            help="Sealed files, folders, s3://BUCKET/PREFIX/, or names of a header store.",
        ),
    ],
    identity: Annotated[
        list[str],
        typer.Option(
            "--identity", metavar="KEY", help="Who opens: age:PATH, or bao://MOUNT/data/PATH."
        ),
    ],
    out: Annotated[
        str,
        typer.Option("--out", metavar="PLACE", help="Folder or s3://BUCKET/PREFIX of plaintext."),
    ],
    sender: Annotated[
        list[Path] | None,
        typer.Option(
            "--sender", metavar="FILE", help="Public key (PEM) of whom manifests are believed."
        ),
    ] = None,
    detached: Headers = None,
    environment: Environment = None,
    bodies: Annotated[
        str | None,
        typer.Option(
            "--bodies", metavar="PLACE", help="Where bodies lie; default: as manifests say."
        ),
    ] = None,
    replace: Replace = False,
    endpoint_url: EndpointOption = None,
    profile: ProfileOption = None,
    region: RegionOption = None,
    ca_bundle: BundleOption = None,
) -> object:
    """Open sealed files, once signature, version, header and every chunk are verified.

    No plaintext has a name before its last chunk is authentic. Without a manifest, without the
    sender's key or without a version record it says what is unproven; an environment refuses.

    Example: tutela tce open model.bin.age --identity age:anna.age --sender anna.pem --out plain
    """
    front: Front = ctx.obj
    given = setting(front, endpoint_url, profile, region, ca_bundle)
    from tce.seal.open import Wanted
    from tce.seal.open import open_ as operation

    wanted = Wanted(sources, identity, out, detached, environment, sender or (), bodies, replace)
    return operation(wanted, given)
