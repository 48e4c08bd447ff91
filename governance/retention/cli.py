"""tutela retention report, verify, explain.

Commands return ``object``: Typer evaluates annotations, and a result's class would have to be
imported for it. The front door checks what comes.
"""

import shlex
from dataclasses import replace
from pathlib import Path
from typing import Annotated

import typer

from blueprints.front import Front
from governance.workspace.cli import WorkspaceOption

app = typer.Typer(help="What is stored, why it is kept, what may go.")

PolicyOption = Annotated[
    list[Path] | None,
    typer.Option(
        "--policy",
        metavar="FILE",
        help="Policy to decide by, instead of the configured ones; may be repeated.",
        show_default=False,
    ),
]


def _file(option: str, what: str) -> object:
    return typer.Option(option, metavar="FILE", help=f"Also write {what}.", show_default=False)


@app.command("report")
def report(
    ctx: typer.Context,
    scope: Annotated[
        str | None,
        typer.Argument(
            metavar="[SCOPE]",
            help="A project, or the URI of a bucket or prefix; default: everything.",
            show_default=False,
        ),
    ] = None,
    workspace: WorkspaceOption = None,
    policy: PolicyOption = None,
    html: Annotated[Path | None, _file("--html", "one HTML file that loads nothing")] = None,
    csv: Annotated[Path | None, _file("--csv", "every artifact as CSV")] = None,
    parquet: Annotated[Path | None, _file("--parquet", "every artifact as Parquet")] = None,
    signed: Annotated[Path | None, _file("--signed", "what was decided, signed by --key")] = None,
    key: Annotated[
        str | None,
        typer.Option(
            "--key",
            metavar="URI",
            help="Who signs: bao://.., pkcs11:.., file:PATH.",
            show_default=False,
        ),
    ] = None,
    notice: Annotated[
        bool, typer.Option("--notice", help="List per owner what may go now or soon.")
    ] = False,
    project: Annotated[
        str | None,
        typer.Option(metavar="NAME", help="Only this project; no other's keys are shown."),
    ] = None,
    run: Annotated[
        str | None, typer.Option(metavar="ROOT", help="Only this run (its root or URI).")
    ] = None,
) -> object:
    """Report what is stored, what is kept and why, and what may go.

    Deletes nothing. Example: tutela retention report swiss-llm --html report.html
    """
    from governance.retention import report as operation
    from governance.retention.write.files import write_files
    from governance.version import version
    from governance.workspace.workspace import Workspace

    front: Front = ctx.obj
    # Before the work: a key that cannot be used is told at once.
    signer = None if key is None else front.signer(key, None)
    front.progress("deciding")
    made = operation.report(
        Workspace.find(workspace, Path.cwd()),
        now=front.now,
        tool=version(),
        scope=scope,
        project=project,
        run=run,
        policies=policy,
        with_notice=notice,
    )
    option = "" if workspace is None else f" -w {shlex.quote(str(workspace))}"
    made = replace(made, option=option)
    return write_files(
        made,
        html=html,
        csv=csv,
        parquet=parquet,
        signed=signed,
        signer=signer,
        progress=front.progress,
    )


@app.command("verify")
def verify(
    statement: Annotated[
        Path, typer.Argument(metavar="FILE", help="What `retention report --signed` wrote.")
    ],
    trust: Annotated[
        list[Path],
        typer.Option("--trust", metavar="PEM", help="A public key that counts; may be repeated."),
    ],
) -> object:
    """Say who signed a report's statement, and whether the files beside it are those it names.

    Exit code 3 where a file is another one, 4 where one is not there.

    Example: tutela retention verify report.dsse.json --trust anna.pem
    """
    from governance.signing import extra

    extra.need()
    from governance.retention.verify import verify as operation

    return operation(statement, trust)


@app.command("explain")
def explain(
    ctx: typer.Context,
    artifact: Annotated[
        str, typer.Argument(metavar="ARTIFACT", help="An id, its first digits, or a URI.")
    ],
    workspace: WorkspaceOption = None,
    policy: PolicyOption = None,
) -> object:
    """Say why an artifact is kept or may go, and what would change that.

    Example: tutela retention explain s3://bucket/run/checkpoint-1000/
    """
    from governance.retention import explain as operation
    from governance.workspace.workspace import Workspace

    front: Front = ctx.obj
    return operation.explain(
        Workspace.find(workspace, Path.cwd()), artifact, now=front.now, policies=policy
    )
