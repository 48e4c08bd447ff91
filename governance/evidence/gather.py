"""Takes claims and notes while a source is read; bounded in memory, Parquet on disk."""

from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from types import TracebackType
from typing import Self

import pyarrow as pa
import pyarrow.parquet as pq

from governance.evidence.claim import MAX_TEXT, Relation
from governance.evidence.schema import CLAIM_COLUMNS, CLAIMS, NOTE_COLUMNS, NOTES, Problem

BATCH = 50_000
"""Rows that wait before they are written."""
MOST_PROBLEMS = 200
MOST_REMARKS = 200
MOST_ROWS = 50_000_000
"""Claims or notes of one source: beyond that it is hostile, and not complete."""


class Gather:
    """What one source says, as it is read. Not thread-safe."""

    def __init__(self, folder: Path, progress: Callable[[str], None] = lambda _: None) -> None:
        self._claims = _Rows(folder / CLAIMS, CLAIM_COLUMNS)
        self._notes = _Rows(folder / NOTES, NOTE_COLUMNS)
        self.progress = progress
        self.problems: list[Problem] = []
        self.problem_count = 0
        self.remarks: list[str] = []
        self.requests = 0
        """Calls to a server, where the source counts them."""
        self.as_of: datetime | None = None
        """Of what time the claims are, where the source knows; None: when asked."""

    @property
    def claims(self) -> int:
        """How many claims there are so far."""
        return self._claims.count

    @property
    def notes(self) -> int:
        """How many notes there are so far."""
        return self._notes.count

    def claim(
        self,
        relation: Relation,
        holder: str,
        target: str,
        words: str,
        *,
        root: str | None = None,
        root_name: str | None = None,
        step: int | None = None,
        since: datetime | None = None,
        at: str | None = None,
    ) -> None:
        """Add one claim; see `schema.CLAIM_COLUMNS`. Texts are foreign and stay raw.

        A place is written without a last `/`, so that it is one node however it was called. A node
        of more than MAX_TEXT characters cannot be meant; it becomes a problem.
        """
        holder, target = _node(holder), _node(target)
        if max(len(holder), len(target)) > MAX_TEXT:
            self.problem(f"a name of more than {MAX_TEXT} characters ({_text(words)})")
            return
        self._add(
            self._claims,
            (str(relation), holder, target, root, root_name, step, since, at, words),
        )

    def note(
        self,
        node: str,
        key: str,
        *,
        text: str | None = None,
        number: float | None = None,
        step: int | None = None,
        at: str | None = None,
    ) -> None:
        """Add one note; see `schema.NOTE_COLUMNS` and `claim.Key`."""
        node = _node(node)
        if len(node) > MAX_TEXT or len(key) > MAX_TEXT:
            self.problem(f"a name of more than {MAX_TEXT} characters ({_text(node)})")
            return
        self._add(self._notes, (node, key, text, number, step, at))

    def problem(self, words: str, within: str | None = None) -> None:
        """Say that something could not be read, and about which place (URI) it can be."""
        self.problem_count += 1
        if len(self.problems) < MOST_PROBLEMS:
            self.problems.append(Problem(words=_text(words), within=within))
        elif self.problem_count == MOST_PROBLEMS + 1:
            # What is not named one by one may be about anything.
            self.problems.append(Problem(words="more could not be read"))

    def remark(self, words: str) -> None:
        """Say something odd that is no reason to doubt what was read."""
        if len(self.remarks) < MOST_REMARKS:
            self.remarks.append(_text(words))

    def _add(self, rows: "_Rows", row: tuple[object, ...]) -> None:
        if rows.count >= MOST_ROWS:
            if rows.count == MOST_ROWS:
                self.problem(f"it says more than {MOST_ROWS:,} things")
                rows.count += 1
            return
        rows.add(tuple(_text(value) if isinstance(value, str) else value for value in row))

    def close(self) -> None:
        """Write what waits; both files are whole then."""
        self._claims.close()
        self._notes.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()


def _node(text: str) -> str:
    return text.rstrip("/") if text.startswith(("s3://", "file://")) else text


def _text(text: str) -> str:
    """Cut a text, and make it one that UTF-8 can hold."""
    return text[:MAX_TEXT].encode("utf-8", "replace").decode()


class _Rows:
    def __init__(self, path: Path, schema: pa.Schema) -> None:
        self._schema = schema
        self._writer = pq.ParquetWriter(path, schema, compression="zstd")
        self._waiting: list[tuple[object, ...]] = []
        self.count = 0
        self._open = True

    def add(self, row: tuple[object, ...]) -> None:
        self.count += 1
        self._waiting.append(row)
        if len(self._waiting) >= BATCH:
            self._flush()

    def _flush(self) -> None:
        if self._waiting:
            columns = [
                pa.array(column, type=field.type)
                for column, field in zip(
                    zip(*self._waiting, strict=True), self._schema, strict=True
                )
            ]
            self._writer.write_table(pa.Table.from_arrays(columns, schema=self._schema))
            self._waiting = []

    def close(self) -> None:
        if self._open:
            self._open = False
            self._flush()
            self._writer.close()
