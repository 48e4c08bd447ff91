"""The artifacts of a report as columns for a page: small to send, quick to filter.

Each column is an array, or `{"all": value}` where every row has the same value. A column with few
distinct texts holds numbers that index its list in `words`. Values that most rows lack are
objects from row number to value. An address is split into a folder, of which there are few, and
the rest. A reason is a template in which \\x01 stands for each number, and its numbers in order.
Sizes are exact integers (below 2^53), times are whole days since 1970.
"""

import json
from collections.abc import Callable

import pyarrow as pa
import pyarrow.compute as pc

from blueprints.display import visible
from governance.retention.partial import inside, named
from governance.retention.rows import ROWS

MOST_ROWS = 100_000
"""A page with more rows is no help to anybody: it holds the largest, and says so."""
MOST_BYTES = 14_000_000
"""Of encoded columns, so that the whole file stays below 15 MB."""

_ODD = r"[^\x20-\x7e\p{L}\p{N}]|[\x{115f}\x{1160}\x{3164}\x{ffa0}]"
"""What could need escaping; everything else is passed on without a look at each text."""
_WORDS = ("folder", "project", "kind", "layout", "rule", "reason", "policy")
_NUMBER = "\x01"
_DAY = 86_400_000_000


def encode(artifacts: pa.Table, rows: int = MOST_ROWS) -> tuple[str, int]:
    """JSON of the first `rows` of a table with the columns of `ROWS`, and how many it holds.

    Fewer where it would be longer than `MOST_BYTES`. The text is ready for a `<script>` element: it
    holds no `<`, `>`, `&` or line separator, only their escapes.
    """
    rows = min(rows, artifacts.num_rows)
    while True:
        text = escape(json.dumps(_columns(artifacts.slice(0, rows)), separators=(",", ":")))
        if len(text) <= MOST_BYTES or rows <= 1:
            return text, rows
        rows = max(1, min(rows * 9 // 10, rows * MOST_BYTES // len(text)))


def escape(text: str) -> str:
    """JSON that an HTML parser cannot take for markup; it means the same."""
    for character in "<>&\u2028\u2029":
        text = text.replace(character, f"\\u{ord(character):04x}")
    return text


def _columns(table: pa.Table) -> dict[str, object]:
    table = table.select([name for name in ROWS.names if name in table.column_names])
    split = pc.extract_regex(
        table["uri"].combine_chunks(), r"(?s)^(?P<folder>(?:.*?/)??)(?P<tail>[^/]*/*)$"
    )
    stored = pc.add(pc.add(table["bytes"], table["bytes_noncurrent"]), table["bytes_upload"])
    # Reasons differ by their dates and steps only: a few templates, and the numbers of each row.
    reason = pc.replace_substring(pc.fill_null(table["reason"], ""), _NUMBER, "?")
    words = {
        "folder": split.field("folder"),
        "project": table["project"],
        "kind": table["kind"],
        "layout": table["layout"],
        "rule": table["rule"],
        "reason": _templates(reason),
        "policy": table["policy_line"],
    }
    columns: dict[str, object] = {
        "tail": _shown(split.field("tail").to_pylist(), split.field("tail")),
        "stored": _same(stored.to_pylist()),
        "weights": _same(table["bytes_weights"].to_pylist()),
        "optimizer": _same(table["bytes_optimizer"].to_pylist()),
        "noncurrent": _same(table["bytes_noncurrent"].to_pylist()),
        "upload": _same(table["bytes_upload"].to_pylist()),
        "objects": _same(table["objects"].to_pylist()),
        "step": _same(table["step"].to_pylist()),
        "newest": _same(_days(table["newest"])),
        "expire": _same(pc.cast(pc.equal(table["verdict"], "expire"), pa.int8()).to_pylist()),
        # 1 complete, 0 partial, null unknown
        "complete": _same(pc.cast(table["complete"], pa.int8()).to_pylist()),
    }
    texts: dict[str, list[str]] = {}
    columns["numbers"], texts["numbers"] = _dictionary(
        pc.utf8_trim(pc.replace_substring_regex(reason, r"[^0-9]+", " "), " ")
    )
    for name in _WORDS:
        columns[name], texts[name] = _dictionary(words[name])
    return {
        "rows": table.num_rows,
        "id": _prefixes(table["id"]),
        "columns": columns,
        "words": texts,
        "few": {
            "until": _sparse(_day_numbers(table["until"]), lambda value: value),
            "why": _sparse(table["why"], lambda value: visible(str(value))),
            "missing": _missing(table["missing"], table["uri"]),
        },
    }


def _same(values: list[object]) -> object:
    """A column, or its one value."""
    if values and values.count(values[0]) == len(values):
        return {"all": values[0]}
    return values


def _dictionary(column: pa.ChunkedArray | pa.Array) -> tuple[object, list[str]]:
    array = column.combine_chunks() if isinstance(column, pa.ChunkedArray) else column
    encoded = pc.fill_null(array, "").dictionary_encode()
    if isinstance(encoded, pa.ChunkedArray):
        encoded = encoded.combine_chunks()
    texts = _shown(encoded.dictionary.to_pylist(), encoded.dictionary)
    return _same(encoded.indices.to_pylist()), texts


def _templates(reason: pa.ChunkedArray) -> pa.ChunkedArray:
    return pc.replace_substring_regex(reason, r"[0-9]+", _NUMBER)


def _shown(values: list[str | None], array: pa.Array) -> list[str]:
    """Texts with what could mislead a reader made visible."""
    texts = [value or "" for value in values]
    odd = pc.fill_null(pc.match_substring_regex(array, _ODD), False)
    for index in pc.indices_nonzero(odd).to_pylist():
        texts[index] = _NUMBER.join(visible(part) for part in texts[index].split(_NUMBER))
    return texts


def _days(column: pa.ChunkedArray) -> list[object]:
    return list(_day_numbers(column).to_pylist())


def _day_numbers(column: pa.ChunkedArray) -> pa.ChunkedArray:
    return pc.divide(pc.cast(column, pa.int64()), _DAY)


def _sparse(column: pa.ChunkedArray, show: Callable[[object], object]) -> dict[int, object]:
    rows = pc.indices_nonzero(pc.is_valid(column)).to_pylist()
    values = pc.drop_null(column).to_pylist()
    return {row: show(value) for row, value in zip(rows, values, strict=True)}


def _missing(column: pa.ChunkedArray, uris: pa.ChunkedArray) -> dict[int, str]:
    """Names of missing files; a checkpoint may lack a thousand, ten are enough to see which."""
    filled = pc.greater(pc.fill_null(pc.list_value_length(column), 0), 0)
    rows = pc.indices_nonzero(filled).to_pylist()
    lists = column.filter(filled).to_pylist()
    where = uris.filter(filled).to_pylist()
    return {
        row: named([inside(uri, name) for name in names])
        for row, names, uri in zip(rows, lists, where, strict=True)
    }


def _prefixes(column: pa.ChunkedArray) -> dict[str, object]:
    """Ids cut to the shortest even length at which they still differ, in one text."""
    for width in range(8, 24, 2):
        short = pc.utf8_slice_codeunits(column, 0, width)
        if pc.count_distinct(short).as_py() == len(column):
            break
    else:
        width, short = 24, column
    return {"width": width, "all": "".join(short.to_pylist())}
