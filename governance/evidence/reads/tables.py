"""Rows of a file, whichever of the usual forms it has: JSON lines, CSV, Parquet, also with gzip."""

import csv
import gzip
import json
import zlib
from collections.abc import Iterator, Mapping
from typing import BinaryIO, cast

import pyarrow as pa
import pyarrow.parquet as pq

from governance.evidence.errors import EvidenceError

LONGEST_LINE = 1_000_000
"""Bytes of one line."""
MOST_ARRAY = 512_000_000
"""Bytes of a JSON file that is one list."""
BATCH = 10_000

Row = Mapping[str, object] | None
"""None: it is no row."""


class BrokenOffError(Exception):
    """What follows cannot be read; what was read before is right."""


def plain_stream(stream: BinaryIO) -> BinaryIO:
    """Return the stream without its gzip, if it has any."""
    magic = stream.read(2)
    stream.seek(0)
    return cast(BinaryIO, gzip.GzipFile(fileobj=stream)) if magic == b"\x1f\x8b" else stream


def lines(stream: BinaryIO) -> Iterator[str]:
    """Yield the lines of a text; raises BrokenOffError for one without end, or damaged gzip."""
    while True:
        try:
            line = stream.readline(LONGEST_LINE + 1)
        except (OSError, EOFError, zlib.error) as error:
            raise BrokenOffError(f"the file is damaged ({type(error).__name__})") from error
        if not line:
            return
        if len(line) > LONGEST_LINE:
            raise BrokenOffError(f"a line is longer than {LONGEST_LINE:,} bytes")
        yield line.decode("utf-8", "replace")


def rows(stream: BinaryIO, name: str) -> tuple[list[str] | None, Iterator[Row]]:
    """Return the columns, where the file has them once, and the rows.

    Raises EvidenceError for a file that cannot be read at all; the rows raise BrokenOffError.
    """
    if stream.read(4) == b"PAR1":
        return _parquet(stream, name)
    stream.seek(0)
    text = plain_stream(stream)
    try:
        start = text.read(4096).lstrip(b" \t\r\n\xef\xbb\xbf")
        text.seek(0)
    except (OSError, EOFError, zlib.error) as error:
        raise EvidenceError(f"{name} is damaged ({type(error).__name__})") from error
    if start.startswith(b"["):
        return None, _array(text, name)
    if start.startswith(b"{"):
        return None, _json_lines(text)
    return _csv(text, name)


def _parquet(stream: BinaryIO, name: str) -> tuple[list[str], Iterator[Row]]:
    stream.seek(0)
    try:
        file = pq.ParquetFile(stream)
        columns = file.schema_arrow.names
    except (pa.ArrowException, OSError, ValueError, MemoryError) as error:
        raise EvidenceError(f"{name} is not Parquet that can be read") from error
    return columns, _batches(file)


def _batches(file: pq.ParquetFile) -> Iterator[Row]:
    try:
        for batch in file.iter_batches(BATCH):
            yield from batch.to_pylist()
    except (pa.ArrowException, OSError, ValueError, OverflowError, MemoryError) as error:
        raise BrokenOffError(f"the file is damaged ({type(error).__name__})") from error


def _json_lines(stream: BinaryIO) -> Iterator[Row]:
    for line in lines(stream):
        if line.strip():
            try:
                value = json.loads(line)
            except (ValueError, RecursionError):
                value = None
            yield value if isinstance(value, dict) else None


def _array(stream: BinaryIO, name: str) -> Iterator[Row]:
    try:
        data = stream.read(MOST_ARRAY + 1)
        if len(data) > MOST_ARRAY:
            raise EvidenceError(
                f"{name} is one list of more than {MOST_ARRAY // 1_000_000} MB", "jq -c '.[]'"
            )
        values = json.loads(data)
    except (ValueError, RecursionError, OSError, EOFError, zlib.error) as error:
        raise EvidenceError(f"{name} is not JSON; it may have been cut short") from error
    for value in values:
        yield value if isinstance(value, dict) else None


def _csv(stream: BinaryIO, name: str) -> tuple[list[str], Iterator[Row]]:
    # NUL in a text is an error of the module's, and nothing anybody means.
    reader = csv.reader(line.replace("\0", "") for line in lines(stream))
    try:
        columns = [column.strip().lstrip("\ufeff") for column in next(reader, [])]
    except (csv.Error, BrokenOffError) as error:
        raise EvidenceError(f"{name} is neither JSON, CSV nor Parquet") from error
    return columns, _csv_rows(reader, columns)


def _csv_rows(reader: "Iterator[list[str]]", columns: list[str]) -> Iterator[Row]:
    while True:
        try:
            row = next(reader)
        except StopIteration:
            return
        except csv.Error:
            yield None
            continue
        if row:
            yield dict(zip(columns, row, strict=False)) if len(row) == len(columns) else None
