"""tutela tce spec, render, prove, probe, explain, matrix.

Commands return ``object``: Typer evaluates annotations, and a result's class would have to be
imported for it. The front door checks what comes.
"""

from pathlib import Path
from typing import Annotated

import typer

from blueprints.cli import Out, Overlay, Unchecked
from blueprints.front import Front
from tce.attack.cli import attack
from tce.canary.cli import canary
from tce.evidence.cli import Key, Record, attest, evidence, record
from tce.keys import cli as keys
from tce.seal import cli as sealing
from tce.seal.headers import cli as headers
from tce.visibility.cli import visibility

app = typer.Typer(help="Trusted environments: render them, prove and test their isolation.")
app.command("attack")(attack)
app.command("canary")(canary)
app.command("visibility")(visibility)
app.command("evidence")(evidence)
app.command("record")(record)
app.command("attest")(attest)


@app.command("spec")
def spec(
    name: Annotated[
        str, typer.Argument(metavar="NAME", help="Name of an example: hospital, alps.")
    ] = "hospital",
) -> object:
    """Print a commented specification that renders as it is.

    Example: tutela tce spec hospital > tce.yaml
    """
    from blueprints.engine.catalogue import example

    return example("tce", name)


@app.command("render")
def render(
    ctx: typer.Context,
    specification: Annotated[
        Path, typer.Argument(metavar="SPEC", help="A specification file (tce.yaml).")
    ],
    out: Out,
    overlay: Overlay = None,
    unchecked: Unchecked = False,
) -> object:
    """Render an environment into a new repository: checked, whole, or not at all.

    Exit code 3 where the check finds something: nothing is written then.

    Example: tutela tce render tce.yaml --out hospital
    """
    from blueprints.engine.create import Options, create
    from tce.blueprint import BLUEPRINT

    front: Front = ctx.obj
    options = Options(overlay, unchecked, BLUEPRINT)
    return create(specification, out, options, front.now.date(), front.progress)


@app.command("prove")
def prove(
    ctx: typer.Context,
    folder: Annotated[
        Path | None, typer.Argument(metavar="DIR", help="A rendered repository.")
    ] = None,
    live: Annotated[
        list[str] | None,
        typer.Option(
            "--live",
            metavar="NAME=FILE",
            help="What a device says it runs, instead of its file; may be given many times.",
        ),
    ] = None,
    acl: Annotated[
        Path | None,
        typer.Option("--acl", metavar="FILE", help="One file that tutela did not write."),
    ] = None,
    format_: Annotated[
        str | None,
        typer.Option("--format", metavar="FORMAT", help="Of --acl: nftables, eos, ios, junos."),
    ] = None,
    intent: Annotated[
        Path | None, typer.Option("--intent", metavar="SPEC", help="What --acl is proved against.")
    ] = None,
    seed: Annotated[
        int, typer.Option("--seed", metavar="N", help="Of the sample that is asked twice.")
    ] = 0,
    record: Record = None,
    key: Key = None,
) -> object:
    """Prove that what was rendered does what the specification says, and nothing else.

    Every file is read back by a parser of its own and put to an SMT solver, for each device and
    both families. Exit code 3 where it does not hold: with a packet, the file, the line, the flow.

    Example: tutela tce prove hospital --live perimeter=ruleset.json
    """
    from tce.prove import extra

    extra.need()
    from tce.prove.prove import asked

    front: Front = ctx.obj
    operation = asked(folder, live or (), acl, format_, intent, seed)
    if record is None and key is None:
        return operation(front.now, front.progress)
    from tce.keys import extra as needed

    needed.need()
    from tce.evidence import recorded

    return recorded.prove(folder, live or (), seed, recorded.Keeping.of(record, key, front, folder))


@app.command("probe")
def probe(
    ctx: typer.Context,
    folder: Annotated[Path, typer.Argument(metavar="DIR", help="A rendered environment.")],
    packets: Annotated[
        int,
        typer.Option(
            "--packets",
            metavar="N",
            min=0,
            max=1_000_000,
            help="Random packets, besides every boundary and witness.",
        ),
    ] = 10_000,
    seed: Annotated[
        int, typer.Option("--seed", metavar="N", help="The same seed sends the same packets.")
    ] = 1,
    vlans: Annotated[
        bool | None,
        typer.Option(
            "--vlans/--no-vlans",
            help="Send frames through Open vSwitch too; else: where it is there.",
            show_default=False,
        ),
    ] = None,
    record: Record = None,
    key: Key = None,
) -> object:
    """Load the perimeter's file into network namespaces and send packets through it.

    One host for each zone, IPv4 and IPv6; needs nft and ip, and root only where the kernel keeps
    namespaces from users. Exit code 3 where a packet does not do what the intent says.

    Example: tutela tce probe hospital
    """
    from tce.probe.probe import probe as operation
    from tce.probe.prober import Options

    front: Front = ctx.obj
    options = Options(packets, seed, front.environ.get("PATH", ""))
    if record is None and key is None:
        return operation(folder, options, front.now.date(), front.progress, vlans=vlans)
    from tce.keys import extra as needed

    needed.need()
    from tce.evidence import recorded

    keeping = recorded.Keeping.of(record, key, front, folder)
    return recorded.probe(folder, options, keeping, vlans=vlans)


@app.command("explain")
def explain(
    ctx: typer.Context,
    folder: Annotated[
        Path, typer.Argument(metavar="DIR", help="A rendered environment; default: here.")
    ] = Path(),
    packet: Annotated[
        str,
        typer.Option(
            "--packet",
            metavar="TEXT",
            help="Protocol, from > to: 'tcp 10.1.2.3:40000 > 10.9.0.5:443', or a proof's witness.",
        ),
    ] = "",
) -> object:
    """Say what each device does with a packet: the verdict, the rule, and the reason.

    Exit code 3 where a device does not do what the specification says.

    Example: tutela tce explain hospital --packet 'tcp 10.200.4.7 > 10.90.12.10:6443'
    """
    from tce.explain.explain import explain as operation

    front: Front = ctx.obj
    return operation(folder, packet, front.now.date())


@app.command("matrix")
def matrix(
    ctx: typer.Context,
    folder: Annotated[
        Path, typer.Argument(metavar="DIR", help="A rendered environment; default: here.")
    ] = Path(),
    out: Annotated[
        Path | None,
        typer.Option("--out", metavar="FILE", help="Draw it as a page (HTML) that needs nothing."),
    ] = None,
) -> object:
    """Show what may begin from zone to zone, as the perimeter's file says it.

    Exit code 3 where that is more than what is declared.

    Example: tutela tce matrix hospital --out matrix.html
    """
    from tce.matrix.matrix import matrix as operation

    front: Front = ctx.obj
    return operation(folder, out, front.now.date())


app.add_typer(keys.app, name="keys")
app.command("seal")(sealing.seal)
app.command("open")(sealing.open_)
app.command("rotate")(headers.rotate)
app.command("revoke")(headers.revoke)
app.command("shred")(headers.shred)
app.add_typer(headers.app, name="headers")
