"""Where the forms of a result go: `--format` and `--output` in pairs, files whole or not at all."""

import os
import tempfile
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from importlib import import_module
from pathlib import Path

from blueprints.check.result import CheckResult
from blueprints.display import visible
from blueprints.errors import ExpectedError

FORMS = ("text", "json", "sarif", "junit", "github", "gitlab")
STANDARD_OUTPUT = "-"


class OutputUsageError(ExpectedError):
    """`--format` and `--output` do not go together."""

    kind = "usage"
    exit_code = 2


@dataclass(frozen=True)
class Output:
    """One form, and where it goes."""

    form: str
    file: str
    """A path, or `-`."""


def planned(forms: Sequence[str], files: Sequence[str], *, as_json: bool) -> tuple[Output, ...]:
    """Pair forms with files in their order; the last form may lack one: it is printed.

    Raises OutputUsageError.
    """
    for form in forms:
        if form not in FORMS:
            raise OutputUsageError(f"no form is called {form}; there are {', '.join(FORMS)}")
    if not len(files) <= len(forms) <= len(files) + 1:
        raise OutputUsageError(
            f"{len(forms)} --format and {len(files)} --output do not make pairs",
            "tutela check REPO --format sarif --output c.sarif --format junit --output c.xml",
        )
    outputs = tuple(
        Output(form, files[n] if n < len(files) else STANDARD_OUTPUT)
        for n, form in enumerate(forms)
    )
    printed = [one for one in outputs if one.file == STANDARD_OUTPUT]
    if len(printed) + as_json > 1:
        raise OutputUsageError("standard output can take one form only")
    return outputs


def write(result: CheckResult, outputs: Sequence[Output], repository: Path) -> CheckResult:
    """Write the files; the result then says which, and what is printed.

    Raises ExpectedError where a file cannot be written.
    """
    printed: str | None = None
    written: list[str] = []
    for one in outputs:
        content = _form(one.form)(result)
        if one.file == STANDARD_OUTPUT:
            printed = content
        else:
            _write(Path(one.file), content, repository)
            written.append(one.file)
    return replace(result, printed=printed, written=tuple(written))


def _form(name: str) -> Callable[[CheckResult], str]:
    module = import_module(f"blueprints.check.outputs.{name}")
    form: Callable[[CheckResult], str] = module.text
    return form


def _write(file: Path, content: str, repository: Path) -> None:
    """Replace the file; a link that a repository left at its place is replaced, not followed."""
    folder = file.parent
    try:
        inside = Path(os.path.abspath(folder)).is_relative_to(os.path.abspath(repository))
        if inside and not folder.resolve().is_relative_to(repository.resolve()):
            raise ExpectedError(f"{visible(str(folder))} is a link out of the repository")
        descriptor, name = tempfile.mkstemp(prefix=".tutela-", dir=folder)
        try:
            with os.fdopen(descriptor, "w", encoding="utf-8", errors="backslashreplace") as stream:
                stream.write(content if content.endswith("\n") else f"{content}\n")
                stream.flush()
                os.fchmod(stream.fileno(), 0o644)
            os.replace(name, file)
        except BaseException:
            os.unlink(name)
            raise
    except OSError as error:
        raise ExpectedError(f"cannot write {visible(str(file))}: {error.strerror}") from error
