"""A report as CSV (UTF-8, RFC 4180), safe to open in a spreadsheet.

Spreadsheets run a cell that begins with `=`, `+`, `-`, `@`, a tab or a line end as a formula, some
also after quotes or blanks, and some take full-width forms for the same. Such a text cell gets an
apostrophe before it, which spreadsheets show as text. Control, escape and bidirectional
characters are written out. Numbers stay numbers.
"""

from pathlib import Path
from typing import BinaryIO

import pyarrow as pa
import pyarrow.compute as pc
from pyarrow import csv

from blueprints.display import visible
from governance.retention.write.whole import write_whole

_QUOTES = r"\s\"'`\x{2018}-\x{201f}\x{ff02}\x{ff07}\x{200b}\x{feff}"
_SIGNS = r"=+\-@|%\x{ff1d}\x{ff0b}\x{ff0d}\x{ff20}\x{2212}\x{fe62}\x{fe63}\x{fe66}\x{fe6b}"
_RISKY = f"^[{_QUOTES}]*[{_SIGNS}]"
"""What a spreadsheet may run: the signs, their full-width and small forms, after any quotes."""

_ODD = r"[^\x20-\x7e\p{L}\p{N}]|[\x{115f}\x{1160}\x{3164}\x{ffa0}]"


def write_csv(artifacts: pa.Table, path: Path) -> int:
    """Write a table with the columns of `ROWS`; lists are joined by `; `. Returns the bytes."""
    plain = pa.table({name: _cells(artifacts[name]) for name in artifacts.column_names})

    def write(file: BinaryIO) -> None:
        # Spreadsheets guess the encoding of a file without this mark, and guess wrong.
        file.write(b"\xef\xbb\xbf")
        csv.write_csv(plain, file)

    return write_whole(path, write)


def neutral(cell: str) -> str:
    """One text as a cell that no spreadsheet runs."""
    column = pa.chunked_array([[cell]], type=pa.string())
    return str(_texts(column)[0].as_py())


def _cells(column: pa.ChunkedArray) -> pa.ChunkedArray:
    if pa.types.is_list(column.type):
        return _texts(pc.binary_join(column, "; "))
    if pa.types.is_string(column.type):
        return _texts(column)
    if pa.types.is_timestamp(column.type):
        seconds = pc.cast(column, pa.timestamp("s", tz="UTC"), safe=False)
        return pc.strftime(seconds, format="%Y-%m-%dT%H:%M:%SZ")
    return column


def _texts(column: pa.ChunkedArray) -> pa.ChunkedArray:
    odd = pc.fill_null(pc.match_substring_regex(column, _ODD), False)
    if pc.any(odd).as_py():
        values = column.to_pylist()
        for index in pc.indices_nonzero(odd).to_pylist():
            values[index] = visible(values[index])
        column = pa.chunked_array([values], type=pa.string())
    risky = pc.fill_null(pc.match_substring_regex(column, _RISKY), False)
    return pc.if_else(risky, pc.binary_join_element_wise("'", column, ""), column)
