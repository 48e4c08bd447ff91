"""tutela tce keys ..: the institution's keys, from the first ceremony to the last.

Commands return ``object``: Typer evaluates annotations, and a result's class would have to be
imported for it. The front door checks what comes.
"""

import secrets
from pathlib import Path
from typing import Annotated

import typer

from blueprints.front import Front
from tce.keys.ceremony.cli import app as ceremonies
from tce.keys.escrow.cli import app as escrow
from tce.keys.options import Folder, Identities, Ordered, Place, Shares, Sign, desk
from tce.keys.window.cli import app as window

app = typer.Typer(
    no_args_is_help=True, help="The institution's keys: root, OpenBao, officers, ceremonies."
)

AsRoot = Annotated[
    Path | None, typer.Option("--root", metavar="FOLDER", help="Where the root is kept.")
]

# Commands of the same list: what is ordered, and what is carried out.
app.add_typer(ceremonies)
app.add_typer(escrow, name="escrow")
app.add_typer(window, name="window")


@app.command("init")
def init(
    ctx: typer.Context,
    folder: Folder,
    root: Place,
    officer: Annotated[
        str, typer.Option("--officer", metavar="NAME", help="Whose the first login is.")
    ],
    out: Annotated[
        Path, typer.Option("--login", metavar="FILE", help="Where that login is written.")
    ],
    key: Sign = None,
) -> object:
    """Initialise a new OpenBao: its root, its engines and policies, the first officer's login.

    The root is kept as the specification says (keys.root): wrapped in a hardware module, or as
    shares that are sealed to officers. The first token is revoked at the end.

    Example: tutela tce keys init hospital --root /srv/root --officer anna --login anna.json
    """
    front: Front = ctx.obj
    held = desk(front, folder)
    from tce.keys.init import init as operation

    return operation(held, root, officer, out, key or (), front.progress)


@app.command("status")
def status(
    ctx: typer.Context,
    folder: Folder,
    nobody: Annotated[
        bool, typer.Option("--no-login", help="Ask as nobody: only whether it is unsealed.")
    ] = False,
    root: AsRoot = None,
    share: Shares = None,
    identity: Identities = None,
) -> object:
    """Say whether OpenBao is unsealed, and in what it differs from the repository.

    What the token may not look at is named; with --root everything is looked at. Exit code 3 where
    something differs or is sealed.

    Example: tutela tce keys status hospital
    """
    front: Front = ctx.obj
    held = desk(front, folder)
    from tce.keys.raised import raised
    from tce.keys.status import status as operation

    if nobody:
        return operation(folder, held.bao(login=False), front.progress)
    with raised(held, root, share or (), identity or ()) as bao:
        return operation(folder, bao, front.progress)


@app.command("apply")
def apply(
    ctx: typer.Context,
    folder: Folder,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", "-n", help="Only say what would be done.")
    ] = False,
    root: AsRoot = None,
    share: Shares = None,
    identity: Identities = None,
) -> object:
    """Bring OpenBao to what the repository says: engines, keys, policies, logins, identities.

    Nothing is taken away and no key is made twice. Public keys are written into the repository. A
    policy that reaches too far is refused with its line. Officers' tokens may not change policies:
    with --root, and shares where it is kept so, it is done as root, for a moment. Exit code 4 where
    something is refused.

    Example: tutela tce keys apply hospital --dry-run
    """
    front: Front = ctx.obj
    held = desk(front, folder)
    from tce.keys.apply import apply as operation
    from tce.keys.raised import raised

    with raised(held, root, share or (), identity or ()) as bao:
        return operation(
            folder, bao, front.now, secrets.token_bytes, front.progress, dry_run=dry_run
        )


@app.command("rotate")
def rotate(
    ctx: typer.Context,
    target: Annotated[
        str, typer.Argument(metavar="WHAT", help="bucket-NAME, identities/NAME, etcd, evidence.")
    ],
    folder: Folder,
    order: Ordered = None,
    root: AsRoot = None,
    share: Shares = None,
    identity: Identities = None,
    key: Sign = None,
) -> object:
    """Give a key a new version, or a bucket a new identity; says what that does not do.

    With an order (of verb rotate) and --root, older versions of a bucket's key and the identities
    that they wrapped are destroyed.

    Example: tutela tce keys rotate identities/genomes hospital
    """
    front: Front = ctx.obj
    held = desk(front, folder)
    from tce.keys import rotate as operation

    if order is None:
        return operation.rotate(held, target, key or (), front.progress)
    where = operation.Root(operation.needed(root, target), share or (), identity or ())
    return operation.retire(held, target, order, where, key or (), front.progress)


@app.command("hand-out")
def hand_out(
    ctx: typer.Context,
    role: Annotated[str, typer.Argument(metavar="ROLE", help="sender, opener-BUCKET, auditor..")],
    folder: Folder,
    whose: Annotated[
        str, typer.Option("--for", metavar="NAME", help="The officer or program that it is for.")
    ],
    out: Annotated[Path, typer.Option("--out", metavar="FILE", help="Where it is written.")],
) -> object:
    """Hand out a login of OpenBao to a person or a program, as a file that only they may read.

    Example: tutela tce keys hand-out sender hospital --for pipeline --out pipeline.json
    """
    front: Front = ctx.obj
    held = desk(front, folder)
    from tce.keys.login import hand_out as operation

    return operation(held.custody, held.bao(), role, whose, out)


@app.command("login")
def login(
    ctx: typer.Context,
    file: Annotated[Path, typer.Argument(metavar="LOGIN", help="The file that was handed out.")],
    folder: Folder,
    out: Annotated[Path, typer.Option("--out", metavar="FILE", help="Where the token is written.")],
) -> object:
    """Log in to OpenBao: the token goes to a file, which TUTELA_TOKEN_FILE names to the others.

    Example: tutela tce keys login anna.json hospital --out token
    """
    front: Front = ctx.obj
    held = desk(front, folder)
    from tce.keys.login import login as operation

    return operation(file, held.bao(login=False), out)


@app.command("public")
def public(
    ctx: typer.Context,
    key: Annotated[str, typer.Argument(metavar="URI", help="file:PATH, bao://.., pkcs11:..")],
    folder: Annotated[
        Path | None,
        typer.Option("--environment", metavar="DIR", help="Says which OpenBao, if needed."),
    ] = None,
) -> object:
    """Print a signing key's public half: PEM, one block for each version.

    Example: tutela tce keys public file:anna.pem
    """
    front: Front = ctx.obj
    from tce.keys import extra

    extra.need()
    from tce.keys.show import show

    return show(key, front.secret, front.environ, folder)
