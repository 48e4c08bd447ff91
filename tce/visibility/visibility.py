"""`tutela tce visibility`: each field of a repository and who can read what it stands for."""

import csv
import io
import os
import secrets as random
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from blueprints.check.documents import items, text
from blueprints.check.repository import Repository
from blueprints.display import table, visible
from blueprints.engine import render
from blueprints.engine.diff import rendered_by, specification
from blueprints.errors import ExpectedError
from tce.canary.read import canaries
from tce.check.environment import environment
from tce.custody.custody import FILE as CUSTODY
from tce.visibility.judge import Judged, Row, judge
from tce.visibility.secrets import Known

_ASSUMPTIONS = "evidence/assumptions.yaml"
_HEAD = ("file", "line", "field", "read by", "plane", "why", "made of")
_READERS = ("provider plane", "institution", "public Git")
_SHOWN = 100


class VisibilityError(ExpectedError):
    """A folder that is no environment, or a table that cannot be written."""

    kind = "visibility"


@dataclass(frozen=True)
class Visibility:
    """What was judged."""

    folder: Path
    judged: Judged
    known: int
    """How many secrets were looked for by their values."""
    out: Path | None = None

    @property
    def exit_code(self) -> int:
        """3 where a field may not be where it is."""
        return 3 if self.judged.problems else 0

    def __str__(self) -> str:
        return "\n".join(_lines(self))

    def as_json(self) -> dict[str, object]:
        """Schema ``tutela/visibility/v1``."""
        return {
            "schema": "tutela/visibility/v1",
            "folder": str(self.folder),
            "known_secrets": self.known,
            "out": None if self.out is None else str(self.out),
            "problems": [vars(one) for one in self.judged.problems],
            "assumed": [vars(one) for one in self.judged.assumed],
            "fields": [vars(one) for one in self.judged.rows],
        }


def visibility(folder: Path, files: Sequence[Path], out: Path | None) -> Visibility:
    """Judge every field of the environment in `folder`; with `out`, also write the table.

    `files`: known secrets, as `tutela tce canary` reads them; found by value wherever they stand.

    Raises:
        VisibilityError: it is no environment; the table cannot be written.
        ExpectedError: its specification cannot be rendered.
        CanaryError: a known secret cannot be read.
    """
    if out is not None and out.suffix != ".csv":
        raise VisibilityError(f"{out} is not called a table", "--out visibility.csv")
    repo = Repository(folder)
    if environment(repo) is None:
        raise VisibilityError(f"{folder} is no trusted environment", "tutela tce render SPEC")
    wanted = canaries(files)
    loaded = specification(folder, rendered_by(folder))
    fresh = {file.path: file.content for file in render.repository(loaded)}
    held = {path: repo.read(path) for path in repo.files}
    judged = judge(held, fresh, known(repo), wanted, assumptions(repo))
    result = Visibility(folder, judged, len(wanted), out)
    if out is not None:
        _write(judged.rows, out)
    return result


def known(repo: Repository) -> Known:
    """Where secrets lie, by what the repository says of custody."""
    engines: set[str] = set()
    if repo.exists(CUSTODY):
        for document in repo.yaml(CUSTODY):
            for engine in items(document.data, "engines"):
                engines.add(text(engine, "path"))
            for login in items(document.data, "approles"):
                engines.add(text(login, "mount"))
    handed = {
        one.name for one in repo.of_kind("Secret") if one.file.startswith("network/harvester/")
    }
    return Known(frozenset(engines - {""}), frozenset(handed - {""}))


def assumptions(repo: Repository) -> frozenset[str]:
    """Ids of the register; none where there is none."""
    if not repo.exists(_ASSUMPTIONS):
        return frozenset()
    return frozenset(
        text(one, "id")
        for document in repo.yaml(_ASSUMPTIONS)
        for one in items(document.data, "assumptions")
    )


def _write(rows: Sequence[Row], out: Path) -> None:
    """The table as CSV (RFC 4180), whole or not at all."""
    stream = io.StringIO()
    writer = csv.writer(stream)
    writer.writerow(_HEAD)
    for one in rows:
        writer.writerow(_cell(value) for value in vars(one).values())
    beside = out.with_name(f".{out.name}.{random.token_hex(6)}")
    try:
        try:
            beside.write_text(stream.getvalue(), encoding="utf-8", newline="")
            os.replace(beside, out)
        finally:
            beside.unlink(missing_ok=True)
    except OSError as error:
        raise VisibilityError(f"cannot write {out}: {error.strerror}") from error


def _cell(value: object) -> object:
    """A name from a repository must not become a formula of whoever opens the table."""
    if isinstance(value, str) and value[:1] in ("=", "+", "-", "@", "\t", "\r"):
        return f"'{visible(value)}"
    return visible(value) if isinstance(value, str) else value


def _lines(result: Visibility) -> Iterator[str]:
    judged = result.judged
    yield visible(f"{result.folder}: {len(judged.rows):,} fields, and who can read what they are")
    yield ""
    counts: Mapping[tuple[str, str], int] = Counter(
        (one.reader, one.file.split("/")[0] if "/" in one.file else ".") for one in judged.rows
    )
    places = sorted({place for _, place in counts})
    rows = [
        (place, *(f"{counts.get((reader, place), 0):,}" for reader in _READERS)) for place in places
    ]
    total = [f"{sum(n for (who, _), n in counts.items() if who == one):,}" for one in _READERS]
    yield table(("in", *_READERS), [*rows, ("all", *total)], right=(1, 2, 3))
    yield ""
    yield "provider plane: handed to the provider or lying with him; institution: the field names a"
    yield "value that only the institution has; public Git: whoever reads the repository"
    if judged.assumed:
        yield ""
        yield table(
            ("the provider can read it, by an assumption", "which", "why"),
            [(f"{one.file}:{one.line}", one.assumption, one.why) for one in judged.assumed],
        )
    if judged.problems:
        yield ""
        shown = judged.problems[:_SHOWN]
        for one in shown:
            yield visible(f"{one.file}:{one.line}: {one.field} {one.message}")
        if len(judged.problems) > len(shown):
            yield f"and {len(judged.problems) - len(shown):,} more (--json)"
    yield ""
    yield _verdict(result)
    if result.out is not None:
        yield visible(f"the table: {result.out}")


def _verdict(result: Visibility) -> str:
    if result.judged.problems:
        return f"{len(result.judged.problems):,} fields may not be where they are"
    rest = "" if result.known else "; values that are known to be secret were not given (--canary)"
    return f"no field of the provider's plane is made of a secret{rest}"
