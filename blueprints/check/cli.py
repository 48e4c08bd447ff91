"""`tutela check`: what CI runs on a repository."""

from pathlib import Path
from typing import Annotated

import typer

from blueprints.front import Front

Names = list[str] | None


def check(
    context: typer.Context,
    repo: Annotated[Path, typer.Argument(metavar="REPO", help="Folder of the repository.")],
    settings: Annotated[
        Path | None,
        typer.Option("--settings", metavar="FILE", help="Wins over the repository's own."),
    ] = None,
    crds: Annotated[
        Path | None,
        typer.Option(
            "--crds", metavar="DIR", help="Real custom resource definitions, YAML or JSON schemas."
        ),
    ] = None,
    only: Annotated[
        Names, typer.Option("--only", metavar="RULE", help="Only this rule; may be repeated.")
    ] = None,
    without: Annotated[
        Names, typer.Option("--without", metavar="RULE", help="Not this rule; may be repeated.")
    ] = None,
    fail_on: Annotated[
        str | None,
        typer.Option(
            "--fail-on", metavar="LEVEL", help="Exit 3 from here on: note, warning or error."
        ),
    ] = None,
    strict: Annotated[
        bool, typer.Option("--strict", help="Exit 3 also for what could not be checked.")
    ] = False,
    form: Annotated[
        Names,
        typer.Option(
            "--format",
            metavar="FORM",
            help="text, json, sarif, junit, github or gitlab; one for each --output.",
        ),
    ] = None,
    output: Annotated[
        Names,
        typer.Option(
            "--output", metavar="FILE", help="Where the --format before it goes; may be repeated."
        ),
    ] = None,
    tools: Annotated[
        Names,
        typer.Option(
            "--with",
            metavar="TOOL",
            help="Also run kubeconform, gitleaks, checkov, argocd-source-lint, ansible-lint, "
            "terraform, tofu or terragrunt; may be repeated.",
        ),
    ] = None,
    trust: Annotated[
        bool,
        typer.Option(
            "--unsafe-trust-repo",
            help="Let these tools load code from the repository (rule folders, run_cmd, "
            "programs of providers).",
        ),
    ] = False,
    history: Annotated[
        bool, typer.Option("--history/--no-history", help="Look for secrets in the Git history.")
    ] = True,
) -> object:
    """Check a repository: what is wrong, per rule and line. Nothing of it is executed.

    Example: tutela check . --format sarif --output check.sarif
    """
    from blueprints.check.outputs import files
    from blueprints.check.run import Asked, level_named
    from blueprints.check.run import check as run
    from blueprints.check.tools.process import programs

    front: Front = context.obj
    written = files.planned(form or [], output or [], as_json=front.json)
    asked = Asked(
        settings=settings,
        crds=crds,
        only=tuple(only or ()),
        without=tuple(without or ()),
        fail_on=None if fail_on is None else level_named(fail_on),
        strict=strict,
        history=history,
        tools=tuple(tools or ()),
        trusted=trust,
        path=programs(front.environ),
    )
    result = run(repo, asked, front.now.date(), front.progress)
    return files.write(result, written, repo)
