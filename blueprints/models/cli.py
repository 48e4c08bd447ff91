"""tutela model: what is served where, from one specification.

Commands return ``object``: Typer evaluates annotations, and a result's class would have to be
imported for it. The front door checks what comes.
"""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from blueprints.front import Front

if TYPE_CHECKING:
    from blueprints.update.update import Options

app = typer.Typer(help="Model services from one specification: add, retire, compare, mirror.")

Folder = Annotated[
    Path, typer.Argument(metavar="DIR", help="A repository that serves models, as rendered.")
]
DryRun = Annotated[
    bool, typer.Option("--dry-run", "-n", help="Show what would change and write nothing.")
]
AllowDirty = Annotated[
    bool, typer.Option("--allow-dirty", help="Also over changes that are not in Git.")
]


@app.command("onboard")
def onboard(
    context: typer.Context,
    model: Annotated[
        Path, typer.Argument(metavar="MODEL", help="A few lines of YAML about one model.")
    ],
    folder: Folder,
    config: Annotated[
        Path | None,
        typer.Option("--config", help="The model's own config.json, to be agreed with."),
    ] = None,
    dry_run: DryRun = False,
    allow_dirty: AllowDirty = False,
) -> object:
    """Add a model to a repository: to its specification, and all that is rendered of it.

    Nothing is written for a model that no site can serve. Exit code 3 with conflicts.

    Example: tutela model onboard apertus.yaml models --dry-run
    """
    from blueprints.models.onboard import onboard as operation

    return operation(model, folder, _options(context.obj, dry_run, allow_dirty), config)


@app.command("retire")
def retire(
    context: typer.Context,
    name: Annotated[str, typer.Argument(metavar="NAME", help="The model's name there.")],
    folder: Folder,
    dry_run: DryRun = False,
    allow_dirty: AllowDirty = False,
) -> object:
    """Take a model out of a repository; its weights stay where they are.

    Exit code 3 with conflicts: somebody edited a file of the model.

    Example: tutela model retire apertus-8b models --dry-run
    """
    from blueprints.models.retire import retire as operation

    return operation(name, folder, _options(context.obj, dry_run, allow_dirty))


def _options(front: Front, dry_run: bool, allow_dirty: bool) -> "Options":
    import shutil

    from blueprints.update.update import Options

    found = shutil.which("git", path=front.environ.get("PATH"))
    git = Path(found).absolute() if found else None
    return Options(dry_run=dry_run, allow_dirty=allow_dirty, git=git, today=front.now.date())


@app.command("compare")
def compare(
    context: typer.Context,
    folder: Folder,
    charts: Annotated[
        Path | None,
        typer.Option(
            "--charts",
            metavar="DIR",
            help="Where Helm charts lie, besides charts/ of the repository.",
        ),
    ] = None,
) -> object:
    """Show that every render of a model is the same service, or the first difference.

    Every script, batch job, manifest and file of values is read back by parsers that share no code
    with what wrote it; values for a Helm chart also as what Helm makes of them, where the chart is
    at hand. Exit code 3 where one says something else than the specification.

    Example: tutela model compare models
    """
    from blueprints.models.compare import compare as operation

    front: Front = context.obj
    return operation(folder, front.progress, charts=charts)


@app.command("mirror")
def mirror(
    context: typer.Context,
    source: Annotated[
        str, typer.Argument(metavar="SOURCE", help="A folder as the hub leaves it, or s3://..")
    ],
    target: Annotated[
        str, typer.Argument(metavar="TARGET", help="s3://BUCKET/PREFIX/ORGANISATION/NAME, a folder")
    ],
    repository: Annotated[
        str | None,
        typer.Option(metavar="ORGANISATION/NAME", help="On the hub; default: as it says itself."),
    ] = None,
    revision: Annotated[
        str | None, typer.Option(metavar="COMMIT", help="Default: as it says itself.")
    ] = None,
    licence: Annotated[
        str | None, typer.Option(metavar="TEXT", help="Default: as its card says.")
    ] = None,
    exclude: Annotated[
        list[str] | None,
        typer.Option(metavar="PATTERN", help="Files to leave out, such as 'original/*'."),
    ] = None,
    endpoint_url: Annotated[
        str | None, typer.Option(metavar="URL", help="Store of TARGET (of SOURCE, if only it is).")
    ] = None,
    profile: Annotated[
        str | None, typer.Option(metavar="NAME", help="Profile of the AWS configuration for it.")
    ] = None,
    region: Annotated[str | None, typer.Option(metavar="NAME", help="Region to sign for.")] = None,
    ca_bundle: Annotated[
        str | None, typer.Option(metavar="FILE", help="Certificate authorities to trust.")
    ] = None,
    checksum: Annotated[
        str, typer.Option(metavar="WHEN", help="when_required or when_supported by the store.")
    ] = "when_required",
    from_endpoint_url: Annotated[
        str | None, typer.Option(metavar="URL", help="Store of SOURCE; default: that of TARGET.")
    ] = None,
    from_profile: Annotated[
        str | None, typer.Option(metavar="NAME", help="Profile for it; default: that of TARGET.")
    ] = None,
    state: Annotated[
        Path | None,
        typer.Option(metavar="DIR", help="Goes on within large files: what was sent is noted."),
    ] = None,
    replace: Annotated[
        bool, typer.Option("--replace", help="Write over files that are there and differ.")
    ] = False,
    dry_run: DryRun = False,
) -> object:
    """Copy a whole model, read all of it back, and leave a record of what it is.

    The same command goes on where a run was cut off. Credentials come from the AWS chain.

    Example: tutela model mirror ./models/ORG/NAME s3://models/huggingface.co/ORG/NAME
    """
    from blueprints.supply.identity import Claimed
    from blueprints.supply.mirror import Asked
    from blueprints.supply.mirror import mirror as operation
    from blueprints.supply.place import Options, checksum_of

    front: Front = context.obj
    writing = Options(endpoint_url, profile, region, ca_bundle, checksum_of(checksum), state)
    reading = writing.other(from_endpoint_url, from_profile)
    asked = Asked(
        source,
        target,
        Claimed(repository, revision, licence),
        tuple(exclude or ()),
        replace,
        dry_run,
        reading,
        writing,
    )
    return operation(asked, front.store, front.now, front.progress)


@app.command("scan")
def scan(
    context: typer.Context,
    report: Annotated[
        Path, typer.Argument(metavar="REPORT", help="JSON of Trivy or Grype about an image.")
    ],
    image: Annotated[
        str | None,
        typer.Option(metavar="DIGEST", help="The image that it has to be about: sha256:.."),
    ] = None,
    ignore: Annotated[
        Path | None,
        typer.Option(metavar="FILE", help="What is accepted: id, until, reason (YAML)."),
    ] = None,
    fail_on: Annotated[
        str, typer.Option(metavar="SEVERITY", help="From which on: low, medium, high, critical.")
    ] = "high",
    fixed_only: Annotated[
        bool, typer.Option("--fixed-only", help="Pass over what no newer version mends.")
    ] = False,
    days: Annotated[int, typer.Option(min=1, help="How old a report may be.")] = 30,
) -> object:
    """Judge what a scanner found in an image, before it is mirrored.

    Exit code 3 where something speaks against it. A report of another image, or one that is too
    old, is no answer: exit code 1.

    Example: tutela model scan report.json --image sha256:.. --ignore accepted.yaml
    """
    from blueprints.supply.scan import Asked, severity_of
    from blueprints.supply.scan import scan as operation

    front: Front = context.obj
    asked = Asked(report, image, ignore, severity_of(fail_on), fixed_only, days)
    return operation(asked, front.now)
