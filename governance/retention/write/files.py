"""Writes the files that a report was asked for, beside its text or JSON."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from blueprints.display import size, visible
from governance.retention.document import Report
from governance.retention.write.csv import write_csv
from governance.retention.write.parquet import write_parquet
from governance.retention.write.whole import WriteError


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
    progress: Callable[[str], None] = lambda text: None,
) -> Written:
    """Write each file that is named, whole or not at all. Raises WriteError."""
    asked = [path for path in (html, csv, parquet) if path is not None]
    if len({path.absolute() for path in asked}) < len(asked):
        raise WriteError("two of --html, --csv and --parquet name the same file")
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
    return Written(report, tuple(files))
