"""tutela tce keys new, order, approve, unseal, new-root, revoke, shred, break-glass, records."""

import secrets
from pathlib import Path
from typing import Annotated

import typer

from blueprints.errors import ExpectedError
from blueprints.front import Front
from tce.keys.options import Folder, Identities, Ordered, Place, Shares, Sign, desk

app = typer.Typer()
snapshots = typer.Typer(no_args_is_help=True, help="Backups of OpenBao, sealed to the root.")
app.add_typer(snapshots, name="snapshot")

Given = Annotated[
    Path, typer.Option("--out", metavar="FILE", help="Where it is written; nothing may be there.")
]


@app.command("new")
def new(
    ctx: typer.Context,
    file: Annotated[
        Path, typer.Argument(metavar="FILE", help="Where the private half is written.")
    ],
    age: Annotated[
        bool, typer.Option("--age", help="An identity to open with; else a key to sign with.")
    ] = False,
    plain: Annotated[
        bool, typer.Option("--plain", help="Under no passphrase: for machines and drills.")
    ] = False,
) -> object:
    """Make a key of your own: to sign with (Ed25519), or to open with (age); print its public half.

    Example: tutela tce keys new anna.pem
    """
    front: Front = ctx.obj
    from tce.keys import extra

    extra.need()
    from tce.keys.new import new as operation

    ask = None if plain else front.secret
    return operation(file, "age" if age else "ed25519", ask, front.now, secrets.token_bytes)


@app.command("order")
def order(
    ctx: typer.Context,
    verb: Annotated[
        str, typer.Argument(metavar="VERB", help="shred, revoke, root, break-glass, escrow-..")
    ],
    target: Annotated[
        str, typer.Argument(metavar="TARGET", help="To what: as the command that does it calls it.")
    ],
    folder: Folder,
    why: Annotated[str, typer.Option("--why", metavar="TEXT", help="The reason.")],
    out: Given,
    days: Annotated[
        int, typer.Option("--days", metavar="N", min=1, max=31, help="How long it is in force.")
    ] = 7,
    detail: Annotated[
        list[str] | None,
        typer.Option(
            "--detail",
            metavar="NAME=VALUE",
            help="What else is agreed on: minutes, group, policy; many times.",
        ),
    ] = None,
) -> object:
    """Write down what is to be destroyed or exported, for officers to sign.

    Example: tutela tce keys order shred genomes hospital --why 'the study ended' --out order.json
    """
    front: Front = ctx.obj
    held = desk(front, folder)
    from tce.keys.approve import write_order

    return write_order(
        verb,
        target,
        held.officers,
        why,
        out,
        front.now,
        secrets.token_bytes,
        days=days,
        details=_details(detail or ()),
    )


@app.command("approve")
def approve(
    ctx: typer.Context,
    file: Annotated[Path, typer.Argument(metavar="ORDER", help="Written by keys order.")],
    folder: Folder,
    key: Annotated[
        str | None,
        typer.Option("--key", metavar="URI", help="An officer's; without one it is only shown."),
    ] = None,
) -> object:
    """Sign an order as an officer; without a key: say what it orders and who has signed.

    Example: tutela tce keys approve order.json hospital --key file:anna.pem
    """
    front: Front = ctx.obj
    held = desk(front, folder)
    from tce.keys.approve import approve as operation
    from tce.keys.approve import show

    if key is None:
        return show(file, held.officers)
    return operation(file, held.officers, held.signers([key])[0], front.now)


@app.command("unseal")
def unseal(
    ctx: typer.Context,
    folder: Folder,
    root: Place,
    share: Shares = None,
    identity: Identities = None,
) -> object:
    """Unseal OpenBao: by the hardware module, or by officers' shares.

    Example: tutela tce keys unseal hospital --root /srv/root --share s1.age --identity anna.age ..
    """
    front: Front = ctx.obj
    held = desk(front, folder)
    from tce.keys.unseal import unseal as operation

    return operation(held, root, share or (), identity or ())


@app.command("new-root")
def new_root(
    ctx: typer.Context,
    folder: Folder,
    root: Place,
    order: Ordered = None,
    share: Shares = None,
    identity: Identities = None,
    key: Sign = None,
) -> object:
    """Make a new unseal key, kept as the specification says now; the old one opens nothing more.

    At no moment there is none: OpenBao keeps to the old one until the new one lies on disk and was
    shown to it. Needs an order of verb root, whose target is the environment's name.

    Example: tutela tce keys new-root hospital --root /srv/root --order order.json
    """
    front: Front = ctx.obj
    held = desk(front, folder)
    from tce.keys.new_root import new_root as operation

    return operation(held, root, share or (), identity or (), order, key or ())


@app.command("revoke")
def revoke(
    ctx: typer.Context,
    officer: Annotated[str, typer.Argument(metavar="OFFICER", help="Taken out of spec.yaml.")],
    folder: Folder,
    root: Place,
    order: Ordered = None,
    share: Shares = None,
    identity: Identities = None,
    key: Sign = None,
) -> object:
    """End an officer's logins and tokens, and make the root anew without them.

    Needs an order of verb revoke, whose target is 'officer NAME'. Says what it cannot take back.

    Example: tutela tce keys revoke timo hospital --root /srv/root --order order.json
    """
    front: Front = ctx.obj
    held = desk(front, folder)
    from tce.keys.revoke import revoke as operation

    return operation(held, officer, root, share or (), identity or (), order, key or ())


@app.command("shred")
def shred(
    ctx: typer.Context,
    target: Annotated[
        str, typer.Argument(metavar="TARGET", help="A bucket of the specification, or bao://..")
    ],
    folder: Folder,
    order: Ordered = None,
    key: Sign = None,
) -> object:
    """Destroy a bucket's identity and its key, or one key or secret: what they open stays shut.

    Needs an order of verb shred with this target, and a token of a login that destroys (keys
    break-glass). Says which copies could still bring it back.

    Example: tutela tce keys shred genomes hospital --order order.json
    """
    front: Front = ctx.obj
    held = desk(front, folder)
    from tce.keys.shred import shred as operation

    return operation(held, target, order, key or ())


@app.command("break-glass")
def break_glass(
    ctx: typer.Context,
    person: Annotated[str, typer.Argument(metavar="PERSON", help="The order's target.")],
    folder: Folder,
    out: Given,
    order: Ordered = None,
    root: Annotated[
        Path | None,
        typer.Option("--root", metavar="FOLDER", help="For a token of OpenBao: where the root is."),
    ] = None,
    share: Shares = None,
    identity: Identities = None,
    request: Annotated[
        Path | None,
        typer.Option("--request", metavar="FILE", help="For a certificate: a PKCS #10 request."),
    ] = None,
    ca: Annotated[
        Path | None, typer.Option("--ca", metavar="FILE", help="The offline authority, in PEM.")
    ] = None,
    ca_key: Annotated[
        Path | None, typer.Option("--ca-key", metavar="FILE", help="Its private key, in PEM.")
    ] = None,
    key: Sign = None,
) -> object:
    """Give one person access for an hour at most, which ends by itself: a certificate or a token.

    Needs an order of verb break-glass with details minutes, and group (a certificate for the
    cluster's API) or policy (a token of OpenBao).

    Example: tutela tce keys break-glass anna hospital --order o.json --root /srv/root --out token
    """
    front: Front = ctx.obj
    held = desk(front, folder)
    from tce.keys import break_glass as operation

    if root is not None:
        return operation.token(
            held, person, root, share or (), identity or (), out, order, key or ()
        )
    if request is None or ca is None or ca_key is None:
        raise ExpectedError(
            "which access is not said",
            "--root FOLDER, for a token of OpenBao",
            "--request FILE --ca FILE --ca-key FILE, for a certificate",
        )
    return operation.certificate(held, person, request, ca, ca_key, out, order, key or ())


@snapshots.command("save")
def save(ctx: typer.Context, folder: Folder, out: Given) -> object:
    """Write a snapshot of OpenBao that opens only with the root in force now.

    Example: tutela tce keys snapshot save hospital --out bao-2027-03-01.age
    """
    front: Front = ctx.obj
    held = desk(front, folder)
    from tce.keys.snapshot import save as operation

    return operation(held, out)


@snapshots.command("restore")
def restore(
    ctx: typer.Context,
    file: Annotated[Path, typer.Argument(metavar="FILE", help="Written by keys snapshot save.")],
    folder: Folder,
    root: Place,
    order: Ordered = None,
    share: Shares = None,
    identity: Identities = None,
    key: Sign = None,
) -> object:
    """Bring OpenBao back to a snapshot; what was done since is undone.

    Needs an order of verb restore, whose target is the file's digest (sha256:..), and the root
    that was in force when it was saved. The record is signed by --key file:OFFICER.pem.

    Example: tutela tce keys snapshot restore bao.age hospital --root /srv/root --order order.json
    """
    front: Front = ctx.obj
    held = desk(front, folder)
    from tce.keys.snapshot import restore as operation

    return operation(held, file, root, share or (), identity or (), order, key or ())


@app.command("records")
def records(ctx: typer.Context, folder: Folder) -> object:
    """Show every ceremony and verify its record: its signature, and that none was taken out.

    Exit code 3 where one does not hold.

    Example: tutela tce keys records hospital
    """
    front: Front = ctx.obj
    held = desk(front, folder)
    from tce.keys.records import records as operation

    return operation(held.folder)


def _details(said: list[str] | tuple[()]) -> dict[str, str]:
    found = {}
    for one in said:
        name, equals, value = one.partition("=")
        if not equals or not name or not value or name in found:
            raise ExpectedError(f"--detail {one}: not NAME=VALUE, or a name twice")
        found[name] = value
    return found
