"""Writes the files that a report was asked for, beside its text or JSON."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from blueprints.display import size, visible
from governance.retention.document import Report
from governance.retention.write.csv import write_csv
from governance.retention.write.parquet import write_parquet
from governance.retention.write.whole import WriteError

if TYPE_CHECKING:
    from securesystemslib.signer import Signer


@dataclass(frozen=True)
class Written:
    """A report, and the files that it was written to with their bytes."""

    report: Report
    files: tuple[tuple[Path, int], ...]

    def __str__(self) -> str:
        lines = [f"Wrote {visible(str(path))} ({size(length)})" for path, length in self.files]
        return "\n\n".join([str(self.report), *(["\n".join(lines)] if lines else [])])

    def as_json(self) -> dict[str, object]:
        """The form `tutela/report/v1`, with `files`."""
        files = [{"path": str(path), "bytes": length} for path, length in self.files]
        return {**self.report.as_json(), "files": files}


def write_files(
    report: Report,
    *,
    html: Path | None = None,
    csv: Path | None = None,
    parquet: Path | None = None,
    signed: Path | None = None,
    signer: "Signer | None" = None,
    progress: Callable[[str], None] = lambda text: None,
) -> Written:
    """Write each file that is named, whole or not at all; `signed` last, by `signer`.

    Raises:
        WriteError: one cannot be written, or two have one name; nobody is named who signs.
        SigningError: the signer cannot be reached or refuses.
    """
    asked = [path for path in (html, csv, parquet, signed) if path is not None]
    if len({path.absolute() for path in asked}) < len(asked):
        raise WriteError("two of --html, --csv, --parquet and --signed name the same file")
    if (signed is None) != (signer is None):
        raise WriteError("--signed and --key go together", "--signed FILE --key file:anna.pem")
    files: list[tuple[Path, int]] = []
    if html is not None:
        # The template engine is only needed here.
        from governance.retention.write.html import write_html

        progress(f"writing {html.name}")
        files.append((html, write_html(report, html)))
    if csv is not None:
        files.append((csv, write_csv(report.artifacts, csv)))
    if parquet is not None:
        files.append((parquet, write_parquet(report.artifacts, parquet)))
    if signed is not None and signer is not None:
        # Signatures need packages that reports do not.
        from governance.retention.write.signed import write_signed

        progress(f"signing {signed.name}")
        written = [path for path, _ in files]
        files.append((signed, write_signed(report, written, signed, signer)))
    return Written(report, tuple(files))
