"""tutela lineage show, export, link, unlink.

Commands return ``object``: Typer evaluates annotations, and a result's class would have to be
imported for it. The front door checks what comes.
"""

from enum import StrEnum
from pathlib import Path
from typing import Annotated, Literal

import typer

from blueprints.front import Front
from governance.workspace.cli import WorkspaceOption

app = typer.Typer(help="Where something came from, and who needs it.")


class As(StrEnum):
    """How FROM and TO of a link hang together."""

    NEEDS = "needs"
    NAMES = "names"
    MADE = "made"


class Form(StrEnum):
    """How a lineage is drawn."""

    TEXT = "text"
    MERMAID = "mermaid"
    SVG = "svg"
    HTML = "html"


class Standard(StrEnum):
    """What a lineage is exported as."""

    PROV_JSON = "prov-json"
    OPENLINEAGE = "openlineage"
    RO_CRATE = "ro-crate"


UpOption = Annotated[bool, typer.Option("--up", help="Only what it was made from.")]
DownOption = Annotated[bool, typer.Option("--down", help="Only what was made of it.")]
DepthOption = Annotated[
    int | None,
    typer.Option(min=1, metavar="N", help="Levels each way; default: all.", show_default=False),
]
_NODE = "An artifact's id or URI, or a node: a run, an alias (llama@production), a hub name."


def _way(*, up: bool, down: bool) -> Literal["up", "down", "both"]:
    return "both" if up == down else "up" if up else "down"


ByOption = Annotated[
    str | None,
    typer.Option(metavar="NAME", help="Who signs; default: $USER.", show_default=False),
]
_THING = "An artifact's id or URI, a DOI, hub name, commit, or node such as mlflow-run:ID."


@app.command("show")
def show(
    ctx: typer.Context,
    artifact: Annotated[str, typer.Argument(metavar="ARTIFACT", help=_NODE)],
    up: UpOption = False,
    down: DownOption = False,
    depth: DepthOption = None,
    form: Annotated[Form, typer.Option("--format", help="How it is drawn.")] = Form.TEXT,
    out: Annotated[
        Path | None,
        typer.Option(metavar="FILE", help="Write it there instead.", show_default=False),
    ] = None,
    licences: Annotated[
        bool, typer.Option("--licences", help="What it inherits from what it was made from.")
    ] = False,
    workspace: WorkspaceOption = None,
) -> object:
    """Show what something was made from, and who needs it.

    Example: tutela lineage show llama@production --format html --out llama.html
    """
    from governance.lineage import show as operation
    from governance.version import version
    from governance.workspace.workspace import Workspace

    front: Front = ctx.obj
    return operation.show(
        Workspace.find(workspace, Path.cwd()),
        artifact,
        now=front.now,
        direction=_way(up=up, down=down),
        depth=depth,
        form=operation.Format(form),
        out=out,
        with_licences=licences,
        tool=version(),
        progress=front.progress,
    )


@app.command("export")
def export(
    ctx: typer.Context,
    out: Annotated[
        Path, typer.Option(metavar="FILE|DIR", help="File to write; for ro-crate a folder.")
    ],
    artifact: Annotated[
        str | None,
        typer.Argument(
            metavar="[ARTIFACT]", help=f"{_NODE} Default: everything.", show_default=False
        ),
    ] = None,
    standard: Annotated[
        Standard, typer.Option("--format", help="Provenance standard.")
    ] = Standard.PROV_JSON,
    up: UpOption = False,
    down: DownOption = False,
    depth: DepthOption = None,
    workspace: WorkspaceOption = None,
) -> object:
    """Write a lineage as W3C PROV-JSON, OpenLineage events, or an RO-Crate.

    Example: tutela lineage export llama@production --up --format ro-crate --out crate
    """
    from governance.lineage import export as operation
    from governance.version import version
    from governance.workspace.workspace import Workspace

    front: Front = ctx.obj
    return operation.export(
        Workspace.find(workspace, Path.cwd()),
        artifact,
        standard=operation.Standard(standard),
        out=out,
        now=front.now,
        direction=_way(up=up, down=down),
        depth=depth,
        tool=version(),
        progress=front.progress,
    )


@app.command("link")
def link(
    ctx: typer.Context,
    start: Annotated[str, typer.Argument(metavar="FROM", help=_THING)],
    reason: Annotated[str, typer.Option(metavar="TEXT", help="What for.")],
    to: Annotated[
        str | None, typer.Argument(metavar="TO", help="The same; what FROM needs.")
    ] = None,
    relation: Annotated[
        As,
        typer.Option(
            "--as", help="FROM needs TO, stands for it (names), or is the run that made it."
        ),
    ] = As.NEEDS,
    doi: Annotated[
        str | None, typer.Option(metavar="10.x/y", help="FROM was published under this DOI.")
    ] = None,
    release: Annotated[
        str | None, typer.Option(metavar="NAME", help="FROM was released under this name.")
    ] = None,
    licence: Annotated[
        str | None, typer.Option(metavar="SPDX", help="FROM may be used under this licence.")
    ] = None,
    by: ByOption = None,
    workspace: WorkspaceOption = None,
) -> object:
    """Sign that FROM needs TO, or that FROM was published or released.

    What is needed, published or released is kept with all that it was made from, until the link is
    released; --as made only says where TO came from. Links lie in the workspace, not in the store.
    Example: tutela lineage link s3://bucket/final/ --doi 10.5281/zenodo.1 --reason "published"
    """
    from governance.evidence.claim import Relation
    from governance.lineage import link as operation
    from governance.workspace.workspace import Workspace

    front: Front = ctx.obj
    return operation.link(
        Workspace.find(workspace, Path.cwd()),
        start,
        to,
        relation=Relation(relation),
        doi=doi,
        release=release,
        licence=licence,
        by=by or front.environ.get("USER"),
        reason=reason,
        now=front.now,
    )


@app.command("unlink")
def unlink(
    ctx: typer.Context,
    name: Annotated[str, typer.Argument(metavar="LINK", help="Id of a link, or its beginning.")],
    reason: Annotated[str, typer.Option(metavar="TEXT", help="Why it is no longer so.")],
    by: ByOption = None,
    workspace: WorkspaceOption = None,
) -> object:
    """Sign that a link is no longer so; its record stays.

    Example: tutela lineage unlink link-0123456789ab --reason "the paper is withdrawn"
    """
    from governance.lineage import link as operation
    from governance.workspace.workspace import Workspace

    front: Front = ctx.obj
    return operation.unlink(
        Workspace.find(workspace, Path.cwd()),
        name,
        by=by or front.environ.get("USER"),
        reason=reason,
        now=front.now,
    )
