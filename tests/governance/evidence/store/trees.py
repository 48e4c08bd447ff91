"""Scan a folder as if it were a bucket, and read what the scan says that it found there."""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from governance.evidence.schema import Reading
from governance.evidence.store.read import read_store
from governance.recognise.engine import Place, recognise
from governance.recognise.reading import NoReader, Reader
from governance.sealed.look import look
from governance.snapshot.manifest import Gap
from governance.snapshot.schema import LISTED
from tests.governance.recognise.trees import FolderReader, rows_of

LAYOUTS = Path(__file__).parents[3] / "fixtures" / "layouts"
NOON = datetime(2026, 11, 22, 12, tzinfo=UTC)
BASE = "s3://bucket/"


class Said:
    """One reading with its rows; places are written without `s3://bucket/`."""

    def __init__(self, out: Path, reading: Reading) -> None:
        self.reading = reading
        self.claims = [_short(row) for row in pq.read_table(out / "claims.parquet").to_pylist()]
        self.notes = [_short(row) for row in pq.read_table(out / "notes.parquet").to_pylist()]

    def edges(self, relation: str, root: str | None = "any") -> set[tuple[str, str]]:
        """(holder, target) of the claims with this relation, and with this root unless any."""
        return {
            (row["holder"], row["target"])
            for row in self.claims
            if row["relation"] == relation and root in ("any", row["root"])
        }

    def newer(self) -> set[tuple[str, int]]:
        """(folder, step) above which nothing may go."""
        return {(row["target"], row["step"]) for row in self.claims if row["relation"] == "newer"}

    def noted(self, key: str) -> set[tuple[str, str]]:
        """(node, text) of the notes with this key."""
        return {(row["node"], row["text"]) for row in self.notes if row["key"] == key}

    @property
    def problems(self) -> list[tuple[str, str | None]]:
        """(words, within) of each."""
        return [
            (one.words, one.within.removeprefix(BASE) if one.within is not None else None)
            for one in self.reading.problems
        ]


def _short(row: dict[str, Any]) -> dict[str, Any]:
    return {
        name: value.removeprefix(BASE) if isinstance(value, str) else value
        for name, value in row.items()
    }


def read_folder(
    folder: Path, tmp: Path, *, reader: Reader | None = None, gaps: Sequence[Gap] = ()
) -> Said:
    """Recognise the files below a folder and read what they say of themselves."""
    out, listed = tmp / "snapshot", tmp / "listed.parquet"
    out.mkdir(parents=True)
    pq.write_table(pa.Table.from_pylist(rows_of(folder), LISTED), listed)
    reader = reader or FolderReader(folder)
    place = Place("store", "bucket", BASE)
    looked = look(listed, BASE, reader, [], lambda _: None)
    recognise(listed, out, place=place, read=reader, progress=lambda _: None, told=looked.told)
    reading = read_store(
        out,
        place=place,
        source=BASE,
        gaps=gaps,
        as_of=NOON,
        now=NOON,
        reader=reader,
        progress=lambda _: None,
        looked=looked,
    )
    return Said(out / "evidence", reading)


def read_case(case: str, tmp: Path) -> Said:
    """The same for a fixture that a real library wrote."""
    return read_folder(LAYOUTS / case / "tree", tmp)


def read_files(files: Mapping[str, bytes], tmp: Path, *, listing: bool = False) -> Said:
    """The same for small files by key; with `listing` their contents cannot be had."""
    tree = tmp / "tree"
    tree.mkdir(parents=True, exist_ok=True)
    for key, data in files.items():
        path = tree / key
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)
    return read_folder(tree, tmp, reader=NoReader() if listing else None)
