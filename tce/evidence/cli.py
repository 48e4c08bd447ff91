"""tutela tce evidence, record, attest."""

from pathlib import Path
from typing import Annotated

import typer

from blueprints.front import Front

Folder = Annotated[Path, typer.Argument(metavar="DIR", help="A rendered environment.")]
Files = list[Path] | None
Crosswalk = Annotated[
    Path | None,
    typer.Option("--crosswalk", metavar="FILE", help="Items and controls of your own."),
]
Record = Annotated[
    Path | None,
    typer.Option("--record", metavar="FILE", help="Keep what was shown, for `tce evidence`."),
]
Key = Annotated[
    str | None,
    typer.Option("--key", metavar="URI", help="Sign the record: bao://.., pkcs11:.., file:PATH."),
]


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
    crosswalk: Crosswalk = None,
    unsigned: Annotated[
        bool, typer.Option("--unsafe-unsigned", help="Let records count that nobody signed.")
    ] = False,
) -> object:
    """Say what is shown of an environment, by which run, of which bytes, control by control.

    Exit code 3 where a proof that is cited is missing, older than the file it proves, red,
    unsigned or changed.

    Example: tutela tce evidence hospital --out hospital-evidence
    """
    from tce.keys import extra

    extra.need()
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


def record(
    ctx: typer.Context,
    folder: Folder,
    tests: Annotated[
        list[str] | None,
        typer.Argument(
            metavar="TEST..", help="prove, probe, check, visibility, planted; default: all"
        ),
    ] = None,
    key: Key = None,
) -> object:
    """Run what needs nothing but the repository, and keep a record of each run in it.

    Exit code 3 where one of them found something.

    Example: tutela tce record hospital --key bao://tce-hospital-transit/keys/evidence
    """
    from tce.keys import extra

    extra.need()
    from tce.evidence.record_all import record as operation
    from tce.evidence.recorded import Keeping

    front: Front = ctx.obj
    keeping = Keeping.of(folder, key, front, folder)
    return operation(folder, tests or (), keeping, front.environ.get("PATH", ""))


def attest(
    ctx: typer.Context,
    folder: Folder,
    says: Annotated[
        str, typer.Option("--says", metavar="TEXT", help="What you say, in one sentence.")
    ],
    key: Annotated[
        str, typer.Option("--key", metavar="URI", help="Your own key: file:PATH, pkcs11:..")
    ],
    until: Annotated[
        str, typer.Option("--until", metavar="DATE", help="The last day on which it holds.")
    ],
    out: Annotated[
        Path, typer.Option("--out", metavar="FILE", help="Where it goes: NAME.dsse.json.")
    ],
    items: Annotated[
        list[str] | None,
        typer.Option("--item", metavar="ID", help="Such as EV-LIM-01; may be repeated."),
    ] = None,
    controls: Annotated[
        list[str] | None,
        typer.Option("--control", metavar="ID", help="Such as satre:1.2.04; may be repeated."),
    ] = None,
    crosswalk: Crosswalk = None,
) -> object:
    """Say by name what no file shows: signed with an officer's key, until a day.

    It ends earlier when a file that it is about changes.

    Example: tutela tce attest hospital --item EV-LIM-01 --says 'read and accepted'
    --until 2027-06-30 --key file:anna.pem --out hospital/evidence/attested/limits.dsse.json
    """
    from tce.keys import extra

    extra.need()
    from tce.evidence.attest import Saying
    from tce.evidence.attest import attest as operation
    from tce.evidence.keys import signers

    front: Front = ctx.obj
    said = Saying(
        items=tuple(items or ()),
        controls=tuple(controls or ()),
        says=says,
        until=until,
        crosswalk=crosswalk,
    )
    return operation(folder, said, signers(key, front, folder), front.now, out)
