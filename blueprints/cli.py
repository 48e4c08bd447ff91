"""tutela blueprint list, spec, render, diff, update, promote, reconcile, check.

Commands return ``object``: Typer evaluates annotations, and a result's class would have to be
imported for it. The front door checks what comes.
"""

from pathlib import Path
from typing import Annotated

import typer

from blueprints.front import Front

app = typer.Typer(help="GitOps repositories from a specification: render, compare, update.")

# Options of every command that renders a new repository, also of `tutela tce`.
Out = Annotated[
    Path, typer.Option("--out", metavar="DIR", help="Folder to make; must not hold anything.")
]
Overlay = Annotated[
    Path | None,
    typer.Option(
        "--overlay",
        metavar="DIR",
        help="Your own cookiecutter template, laid over the blueprint's; its hooks never run.",
    ),
]
Unchecked = Annotated[
    bool, typer.Option("--unsafe-unchecked", help="Write it whatever tutela check would find.")
]


@app.command("list")
def list_() -> object:
    """List the blueprints that are installed.

    Example: tutela blueprint list
    """
    from blueprints.engine.catalogue import catalogue

    return catalogue()


@app.command("spec")
def spec(
    ctx: typer.Context,
    name: Annotated[str, typer.Argument(metavar="NAME", help="Name of a blueprint.")],
    source: Annotated[
        Path | None,
        typer.Option(
            "--from", metavar="FILE", help="A portal's export (JSON), whose projects go into it."
        ),
    ] = None,
) -> object:
    """Print a commented specification that renders as it is.

    Example: tutela blueprint spec sandbox > site.yaml
    """
    from blueprints.engine.catalogue import begun, example

    return example(name) if source is None else begun(name, source, ctx.obj.now)


@app.command("render")
def render(
    ctx: typer.Context,
    specification: Annotated[
        Path, typer.Argument(metavar="SPEC", help="A specification file (YAML).")
    ],
    out: Out,
    overlay: Overlay = None,
    unchecked: Unchecked = False,
) -> object:
    """Render a specification into a new repository: checked, whole, or not at all.

    Exit code 3 where the check finds something: nothing is written then.

    Example: tutela blueprint render site.yaml --out repo
    """
    from blueprints.engine.create import Options, create

    front: Front = ctx.obj
    options = Options(overlay, unchecked)
    return create(specification, out, options, front.now.date(), front.progress)


@app.command("diff")
def diff(
    folder: Annotated[Path, typer.Argument(metavar="DIR", help="A rendered repository.")],
    patch: Annotated[bool, typer.Option("--patch", "-p", help="Show the lines too.")] = False,
) -> object:
    """Show what was edited since the render, and what would be rendered otherwise now.

    Example: tutela blueprint diff repo --patch
    """
    from blueprints.engine.diff import diff as operation

    return operation(folder, patch=patch)


@app.command("update")
def update(
    context: typer.Context,
    folder: Annotated[Path, typer.Argument(metavar="DIR", help="A rendered repository.")],
    to: Annotated[
        Path | None,
        typer.Option("--to", metavar="SPEC", help="Another specification than the one in it."),
    ] = None,
    overlay: Annotated[
        Path | None,
        typer.Option("--overlay", metavar="DIR", help="Another overlay than the one it has."),
    ] = None,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", "-n", help="Show what would change and write nothing.")
    ] = False,
    markers: Annotated[
        bool, typer.Option("--markers", help="Write conflicts into the files, between markers.")
    ] = False,
    allow_dirty: Annotated[
        bool, typer.Option("--allow-dirty", help="Also over changes that are not in Git.")
    ] = False,
) -> object:
    """Bring a repository to the installed version of its blueprint; your edits stay.

    With a conflict nothing is written, unless --markers says so, and the exit code is 3.

    Example: tutela blueprint update repo --dry-run
    """
    from blueprints.update.update import Options
    from blueprints.update.update import update as operation

    front: Front = context.obj
    options = Options(
        to, overlay, dry_run, markers, allow_dirty, _git(front), today=front.now.date()
    )
    return operation(folder, options, front.progress)


@app.command("promote")
def promote(
    context: typer.Context,
    folder: Annotated[Path, typer.Argument(metavar="DIR", help="A rendered repository.")],
    to: Annotated[
        str, typer.Option("--to", metavar="ENVIRONMENT", help="Which environment gets it.")
    ],
    source: Annotated[
        str | None,
        typer.Option(
            "--from", metavar="ENVIRONMENT", help="Default: the one before; no other may be."
        ),
    ] = None,
    only: Annotated[
        list[str] | None,
        typer.Option(
            "--only", metavar="NAME", help="Such as kubernetes or components.metallb; repeatable."
        ),
    ] = None,
    allow_downgrade: Annotated[
        bool, typer.Option("--allow-downgrade", help="Also to a version older than it has.")
    ] = False,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", "-n", help="Show what would change and write nothing.")
    ] = False,
    allow_dirty: Annotated[
        bool, typer.Option("--allow-dirty", help="Also over changes that are not in Git.")
    ] = False,
) -> object:
    """Give an environment the versions that the one before it runs, and change nothing else.

    Refused, with nothing written, where any other field would change.

    Example: tutela blueprint promote clusters --to production --dry-run
    """
    from blueprints.promote.promote import Asked
    from blueprints.promote.promote import promote as operation
    from blueprints.update.update import Options

    front: Front = context.obj
    asked = Asked(to, source, tuple(only or ()), allow_downgrade)
    options = Options(
        dry_run=dry_run, allow_dirty=allow_dirty, git=_git(front), today=front.now.date()
    )
    return operation(folder, asked, options, front.progress)


@app.command("reconcile")
def reconcile(
    ctx: typer.Context,
    folder: Annotated[Path, typer.Argument(metavar="DIR", help="A rendered repository.")],
    source: Annotated[
        Path | None,
        typer.Option("--from", metavar="FILE", help="A portal's export (JSON), not the portal."),
    ] = None,
    url: Annotated[
        str | None,
        typer.Option("--waldur", metavar="URL", help="Default: the specification's own."),
    ] = None,
    token_file: Annotated[
        Path | None,
        typer.Option(
            "--token-file", metavar="FILE", help="Holds the token; default: $WALDUR_TOKEN."
        ),
    ] = None,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", "-n", help="Show the changes and write nothing.")
    ] = False,
) -> object:
    """Bring a repository to what the portal says now: people, quotas, projects that are over.

    Example: tutela blueprint reconcile . --dry-run
    """
    from blueprints.engine.blueprint import Asked
    from blueprints.engine.catalogue import reconciled

    front: Front = ctx.obj
    return reconciled(
        Asked(
            folder=folder,
            now=front.now,
            export=source,
            url=url,
            token_file=token_file,
            token=front.environ.get("WALDUR_TOKEN"),
            dry_run=dry_run,
            git=_git(front),
        )
    )


def _git(front: Front) -> Path | None:
    """The program that merges text, where there is one."""
    import shutil

    found = shutil.which("git", path=front.environ.get("PATH"))
    return Path(found).absolute() if found else None


@app.command("show")
def show(
    folder: Annotated[Path, typer.Argument(metavar="DIR", help="A rendered repository.")],
    out: Annotated[
        Path | None,
        typer.Option("--out", metavar="FILE", help="Draw it as a page (HTML) that needs nothing."),
    ] = None,
) -> object:
    """Show what a repository describes: environments, clusters, networks, pools, components.

    Example: tutela blueprint show clusters --out clusters.html
    """
    from blueprints.show.show import show as operation

    return operation(folder, out)


@app.command("check")
def check(
    ctx: typer.Context,
    folder: Annotated[Path, typer.Argument(metavar="DIR", help="A rendered repository.")],
    strict: Annotated[
        bool, typer.Option("--strict", help="Exit 3 also for what could not be checked.")
    ] = False,
) -> object:
    """Check a repository as tutela check does, and that it is what its specification renders.

    Exit code 3 where something is found. Example: tutela blueprint check repo
    """
    from blueprints.check.run import Asked
    from blueprints.engine.check import check as operation

    front: Front = ctx.obj
    return operation(folder, Asked(strict=strict), front.now.date(), front.progress)
