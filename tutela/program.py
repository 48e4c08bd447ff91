"""The command line: which commands there are, and how each run of one ends.

Nothing heavy is imported here or at the top of a ``cli`` module: ``tutela --help`` is to answer
within 0.3 seconds.
"""

import io
import os
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Annotated, TextIO

import typer

from blueprints import cli as blueprint
from blueprints.check import cli as check
from blueprints.errors import ExpectedError
from blueprints.front import Front
from blueprints.models import cli as model
from governance.catalog import cli as catalog
from governance.evidence import cli as evidence
from governance.lineage import cli as lineage
from governance.pin import cli as pin
from governance.policy import cli as policy
from governance.retention import cli as retention
from governance.workspace import cli as workspace
from tce import cli as tce
from tutela import __version__
from tutela.demo import cli as demo
from tutela.exit_codes import ExitCode
from tutela.failure import INTERRUPTED, Failure, failure_of
from tutela.places import open_store
from tutela.progress import StatusLine
from tutela.result import Result, exit_code, write_result
from tutela.secrets import Asker
from tutela.signers import Signers


class UsageError(ExpectedError):
    """Something around the command line is wrong."""

    kind = "usage"
    exit_code = ExitCode.USAGE


@dataclass(frozen=True)
class Version:
    """Which tutela this is."""

    version: str

    def __str__(self) -> str:
        return f"tutela {self.version}"

    def as_json(self) -> dict[str, object]:
        """Schema ``tutela/version/v1``."""
        return {"schema": "tutela/version/v1", "version": self.version}


def _show_version(context: typer.Context, wanted: bool) -> None:
    if wanted and not context.resilient_parsing:
        front: Front = context.obj
        write_result(Version(__version__), sys.stdout, as_json=front.json, tty=front.tty)
        raise typer.Exit


app = typer.Typer(
    help="Guards what you train and serve: what is stored, why it is kept, what may go.",
    epilog="What is catalogued is never deleted. Keys, headers and older sealed bodies are, by tce "
    "keys shred, tce shred, tce rotate and tce revoke, which say so.",
    # Plain help: it is quicker than a rich one by half, the same everywhere, and without colour.
    rich_markup_mode=None,
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
)


@app.callback()
def root(
    json: Annotated[
        bool, typer.Option("--json", help="Print the result as JSON; may stand anywhere.")
    ] = False,
    version: Annotated[
        bool,
        typer.Option(
            "--version", callback=_show_version, is_eager=True, help="Show the version and exit."
        ),
    ] = False,
) -> None:
    """Guards what you train and serve: what is stored, why it is kept, what may go."""
    # Both options act before this: --json is taken out by main, --version by its callback.


app.command("demo")(demo.demo)
app.command("init")(workspace.init)
app.command("status")(workspace.status)
app.command("doctor")(workspace.doctor)
app.command("check")(check.check)
app.add_typer(catalog.app, name="catalog", no_args_is_help=True)
app.add_typer(evidence.app, name="evidence", no_args_is_help=True)
app.add_typer(retention.app, name="retention", no_args_is_help=True)
app.add_typer(policy.app, name="policy", no_args_is_help=True)
app.add_typer(pin.app, name="pin", no_args_is_help=True)
app.add_typer(lineage.app, name="lineage", no_args_is_help=True)
app.add_typer(blueprint.app, name="blueprint", no_args_is_help=True)
app.add_typer(model.app, name="model", no_args_is_help=True)
app.add_typer(tce.app, name="tce", no_args_is_help=True)


def main(argv: Sequence[str], environ: Mapping[str, str] | None = None) -> int:
    """Run one command line, print its result or what went wrong; the exit code is returned."""
    environ = os.environ if environ is None else environ
    err = _safe(sys.stderr) or io.StringIO()
    words, as_json = _take_json(argv)
    status = StatusLine(err, environ, quiet=as_json)
    try:
        out = _safe(sys.stdout)
        if out is None:
            raise UsageError("standard output is closed: the result has nowhere to go")
        asker = Asker(environ, sys.stdin, err)
        front = Front(
            _now(environ),
            as_json,
            out.isatty(),
            environ,
            status.show,
            asker.ask,
            Signers(asker.ask, environ).by_uri,
            open_store,
        )
        outcome = typer.main.get_command(app).main(
            args=words, prog_name="tutela", standalone_mode=False, obj=front
        )
        status.clear()
        return _finish(outcome, front, out, err)
    except SystemExit as end:
        # Typer met a closed pipe while it printed help.
        _drop(sys.stdout)
        return end.code if isinstance(end.code, int) else ExitCode.FAILED
    except BaseException as error:  # noqa: BLE001 - the last stop: whatever comes is told
        return _tell(failure_of(error), status, err, as_json=as_json)


def _finish(outcome: object, front: Front, out: TextIO, err: TextIO) -> int:
    """Print what a command returned; an int is what Typer returns for ``typer.Exit``."""
    if isinstance(outcome, int):
        if outcome == ExitCode.INTERRUPTED:
            INTERRUPTED.write(err, as_json=front.json)
        return outcome
    if outcome is None:
        return ExitCode.DONE
    if not isinstance(outcome, Result):
        raise TypeError(f"a command returned {type(outcome).__name__}, which is no result")
    try:
        write_result(outcome, out, as_json=front.json, tty=front.tty)
    except BrokenPipeError:
        # Whoever read has seen enough (`tutela ... | head`).
        _drop(out)
        return ExitCode.FAILED
    except OSError as error:
        _drop(out)
        raise OSError(error.errno, error.strerror, "standard output") from error
    return exit_code(outcome)


def _tell(failure: Failure, status: StatusLine, err: TextIO, *, as_json: bool) -> int:
    try:
        status.clear()
        failure.write(err, as_json=as_json)
    except OSError:
        _drop(sys.stderr)
    return int(failure.exit_code)


def _take_json(argv: Sequence[str]) -> tuple[list[str], bool]:
    """``--json`` may stand anywhere before ``--``; it is taken out here."""
    end = list(argv).index("--") if "--" in argv else len(argv)
    words = [word for word in argv[:end] if word != "--json"]
    return [*words, *argv[end:]], len(words) < end


def _now(environ: Mapping[str, str]) -> datetime:
    """The clock, or ``TUTELA_NOW`` (ISO 8601, UTC unless it says otherwise)."""
    said = environ.get("TUTELA_NOW")
    if not said:
        return datetime.now(UTC)  # noqa: TID251 - the one place that reads the clock
    try:
        moment = datetime.fromisoformat(said)
        return (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).astimezone(UTC)
    except (ValueError, OverflowError) as error:
        raise UsageError(
            f"TUTELA_NOW is no time: {said}", "TUTELA_NOW=2026-11-22T01:20:00Z", "unset TUTELA_NOW"
        ) from error


def _safe(stream: TextIO | None) -> TextIO | None:
    """A stream that never fails on a character that its encoding lacks."""
    if isinstance(stream, io.TextIOWrapper):
        stream.reconfigure(errors="backslashreplace")
    return stream


def _drop(stream: TextIO) -> None:
    """Let what is still buffered go nowhere: flushing it at exit would fail once more."""
    try:
        number = stream.fileno()
    except (OSError, ValueError, AttributeError):
        return
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, number)
    os.close(nowhere)
