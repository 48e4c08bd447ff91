"""tutela tce rotate, revoke, shred; tutela tce headers list, backup, restore, drill."""

import secrets
from pathlib import Path
from typing import Annotated

import typer

from blueprints.front import Front
from governance.catalog.cli import BundleOption, EndpointOption, ProfileOption, RegionOption
from tce.seal.cli import Environment, Headers, setting

app = typer.Typer(
    help="Detached headers: what there is, backups, drills.",
    no_args_is_help=True,
)

Names = Annotated[
    list[str] | None,
    typer.Argument(
        metavar="OBJECT..",
        help="Names, bodies, folders (genomes/), or places (s3://BUCKET/PREFIX/); default: all.",
    ),
]
Openers = Annotated[
    list[str],
    typer.Option("--identity", metavar="KEY", help="Opens the present headers: age:PATH, bao://.."),
]
To = Annotated[
    list[str],
    typer.Option(
        "--to", metavar="WHOM", help="Who opens from now on: age1.., a file of them, a bucket."
    ),
]
Escrow = Annotated[
    list[str] | None,
    typer.Option("--escrow", metavar="WHOM", help="Who opens when all else is lost."),
]
Key = Annotated[
    str,
    typer.Option("--key", metavar="URI", help="Signs the new manifests: file:PATH, bao://.."),
]
Senders = Annotated[
    list[Path] | None,
    typer.Option(
        "--sender",
        metavar="FILE",
        help="Public key (PEM) of whom manifests are believed; default: of --key alone.",
    ),
]
As = Annotated[
    str | None,
    typer.Option("--as", metavar="NAME", help="What the institution calls whoever signs."),
]
Store = Annotated[str, typer.Argument(metavar="STORE", help="A folder of headers, or bao://MOUNT.")]
Bodies = Annotated[
    str | None,
    typer.Option("--bodies", metavar="PLACE", help="Where bodies lie; default: as manifests say."),
]


def rotate(
    ctx: typer.Context,
    identity: Openers,
    to: To,
    key: Key,
    names: Names = None,
    detached: Headers = None,
    environment: Environment = None,
    escrow: Escrow = None,
    sender: Senders = None,
    as_: As = None,
) -> object:
    """Wrap detached headers for other recipients. No body moves, and nobody is revoked.

    Whoever ever held an older header and its identity, or a file key, opens the bodies as before:
    see revoke. After a crash each object has the old or the new header; the same command goes on.
    Exit code 4 where some are as they were.

    Example: tutela tce rotate --detached headers --identity age:old.age --to new.pub --key file:a
    """
    front: Front = ctx.obj
    given = setting(front, None, None, None, None)
    from tce.seal.renew import Wanted, rotation

    wanted = Wanted(
        names or (), identity, to, key, detached, environment, escrow or (), sender or (), as_
    )
    return rotation(wanted, given)


def revoke(
    ctx: typer.Context,
    identity: Openers,
    to: To,
    key: Key,
    names: Names = None,
    reencrypt: Annotated[
        bool,
        typer.Option("--reencrypt", help="Yes: read and write every body, and remove the older."),
    ] = False,
    since: Annotated[
        str | None,
        typer.Option(
            "--since",
            metavar="TIME",
            help="Leave bodies that were sealed to exactly these since then (ISO 8601, UTC).",
        ),
    ] = None,
    detached: Headers = None,
    environment: Environment = None,
    escrow: Escrow = None,
    sender: Senders = None,
    as_: As = None,
    bodies: Bodies = None,
    endpoint_url: EndpointOption = None,
    profile: ProfileOption = None,
    region: RegionOption = None,
    ca_bundle: BundleOption = None,
) -> object:
    """Take objects away from whoever is not named: their bodies are sealed anew.

    Each body is opened and sealed under a new file key in one go, its plaintext on no disk; then
    its record counts, then the older body is removed. What was read before stays read. Exit code 4
    where some are as they were.

    Example: tutela tce revoke --reencrypt --environment hospital --identity age:b.age --to genomes
        --key file:anna.pem
    """
    front: Front = ctx.obj
    given = setting(front, endpoint_url, profile, region, ca_bundle)
    from tce.seal.errors import UsageError
    from tce.seal.renew import Wanted, revocation

    if not reencrypt:
        raise UsageError(
            "a header that is wrapped anew revokes nobody: bodies have to be sealed anew",
            "--reencrypt",
        )
    wanted = Wanted(
        names or (),
        identity,
        to,
        key,
        detached,
        environment,
        escrow or (),
        sender or (),
        as_,
        bodies,
        since,
    )
    return revocation(wanted, given)


def shred(
    ctx: typer.Context,
    names: Annotated[
        list[str],
        typer.Argument(metavar="OBJECT..", help="Names, bodies, or folders (genomes/); no places."),
    ],
    environment: Annotated[
        Path,
        typer.Option("--environment", metavar="DIR", help="The environment whose officers agree."),
    ],
    detached: Headers = None,
    backup: Annotated[
        list[Path] | None,
        typer.Option("--backup", metavar="FILE", help="A backup that loses them too; many times."),
    ] = None,
    order: Annotated[
        Path | None,
        typer.Option("--order", metavar="FILE", help="What officers signed; see keys order."),
    ] = None,
    key: Annotated[
        list[str] | None,
        typer.Option("--key", metavar="URI", help="Signs the record; default: the environment's."),
    ] = None,
) -> object:
    """Destroy the headers of objects, in backups too: their bodies are noise for ever.

    Two officers have to order it: without --order it says what to type. Afterwards it looks for the
    headers in every version and in the backups that were named. To destroy the key of a whole
    bucket: tutela tce keys shred.

    Example: tutela tce shred genomes/a.bam --environment hospital --backup h.zip --order o.json
    """
    front: Front = ctx.obj
    given = setting(front, None, None, None, None)
    from dataclasses import replace

    from tce.keys.desk import Desk
    from tce.seal import environment as environments
    from tce.seal.renew import store
    from tce.seal.shred import shred as operation

    given = replace(given, folder=environment)
    ours = None if detached else environments.load(environment)
    held = Desk(environment, front.secret, front.environ, front.now, secrets.token_bytes)
    headers = store(detached, ours, given)
    bao = given.bao() if headers.where.startswith("bao://") else None
    return operation(held, headers, names, backup or (), order, key or (), bao)


@app.command("list")
def list_(ctx: typer.Context, store: Store, names: Names = None) -> object:
    """List objects with their versions and bodies, and what was shredded.

    Of a place (s3://BUCKET/PREFIX/) what was shredded is left out: nothing says where it lay.

    Example: tutela tce headers list bao://tce-hospital-headers genomes/
    """
    front: Front = ctx.obj
    given = setting(front, None, None, None, None)
    from tce.seal.headers import where
    from tce.seal.headers.listing import listing

    return listing(where.store(store, given.bao), names or ())


@app.command("backup")
def backup_(
    ctx: typer.Context,
    store: Store,
    out: Annotated[Path, typer.Option("--out", metavar="FILE", help="Nothing may be there.")],
    to: Annotated[
        list[str],
        typer.Option("--to", metavar="WHOM", help="The escrow: age1.., or a file of recipients."),
    ],
    key: Annotated[
        str | None, typer.Option("--key", metavar="URI", help="Signs it: file:PATH, bao://..")
    ] = None,
) -> object:
    """Write every header to one file that the escrow opens.

    Shredding an object takes it out of the backups that are named then: keep a list of them.

    Example: tutela tce headers backup headers --to keys/recipients/escrow.age --out h.zip
        --key file:anna.pem
    """
    front: Front = ctx.obj
    given = setting(front, None, None, None, None)
    from tce.keys import signers, uri
    from tce.seal import recipients
    from tce.seal.backup import backup as operation
    from tce.seal.headers import where

    signer = signers.signer(uri.parse(key), given.ask, given.environ) if key else None
    whom = recipients.to(to, None).keys
    headers = where.store(store, given.bao)
    return operation(headers, out, whom, signer, given.now, given.random)


@app.command("restore")
def restore_(
    ctx: typer.Context,
    file: Annotated[Path, typer.Argument(metavar="FILE", help="A backup.")],
    store: Annotated[
        str, typer.Option("--into", metavar="STORE", help="A folder, or bao://MOUNT.")
    ],
    identity: Annotated[
        list[str],
        typer.Option("--identity", metavar="KEY", help="The escrow's: age:PATH."),
    ],
    sender: Annotated[
        list[Path] | None,
        typer.Option("--sender", metavar="FILE", help="Public key (PEM) that has to have signed."),
    ] = None,
) -> object:
    """Bring a backup's headers into a store. No object there goes back to an older version.

    Example: tutela tce headers restore h.zip --into headers --identity age:escrow.age
        --sender anna.pem
    """
    front: Front = ctx.obj
    given = setting(front, None, None, None, None)
    from tce.seal import identity as identities
    from tce.seal.backup import restore as operation
    from tce.seal.headers import where
    from tce.seal.renew import senders

    keys = list(senders(sender or (), None).values())
    opened = identities.of(identity, given)
    return operation(file, where.store(store, given.bao, create=True), opened, keys)


@app.command("drill")
def drill_(
    ctx: typer.Context,
    environment: Annotated[Path, typer.Argument(metavar="DIR", help="A rendered environment.")],
    share: Annotated[
        list[Path] | None,
        typer.Option("--share", metavar="FILE", help="An officer's share of the escrow."),
    ] = None,
    identity: Annotated[
        list[Path] | None,
        typer.Option("--identity", metavar="FILE", help="What opens a share."),
    ] = None,
    detached: Headers = None,
    backup: Annotated[
        Path | None,
        typer.Option("--backup", metavar="FILE", help="One that is kept; default: a new one."),
    ] = None,
    sample: Annotated[
        int, typer.Option("--sample", min=0, metavar="N", help="Bodies to open to their end.")
    ] = 1,
    key: Annotated[
        list[str] | None,
        typer.Option("--key", metavar="URI", help="Signs the record; default: the environment's."),
    ] = None,
    bodies: Bodies = None,
    endpoint_url: EndpointOption = None,
    profile: ProfileOption = None,
    region: RegionOption = None,
    ca_bundle: BundleOption = None,
) -> object:
    """Try what a lost header store and a shredded object would be like, and write it down.

    The backup is restored beside, where the escrow opens every header and some bodies; an object of
    the drill's own is shredded, and the same backup brings nothing back. The store is only read.
    Exit code 3 where something would not have come back.

    Example: tutela tce headers drill hospital --share s.age --identity anna.age .. --backup h.zip
    """
    front: Front = ctx.obj
    given = setting(front, endpoint_url, profile, region, ca_bundle)
    from tce.keys.desk import Desk
    from tce.seal.rehearsal import Wanted, rehearse

    held = Desk(environment, front.secret, front.environ, front.now, secrets.token_bytes)
    wanted = Wanted(share or (), identity or (), detached, backup, sample, key or (), bodies)
    return rehearse(held, wanted, given)
