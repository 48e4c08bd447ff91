import gzip
import io
from collections.abc import Iterator

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given
from hypothesis import strategies as st

from governance.evidence.errors import EvidenceError
from governance.evidence.reads.tables import BrokenOffError, Row, lines, plain_stream, rows


def table(data: bytes) -> tuple[list[str] | None, list[Row]]:
    columns, found = rows(io.BytesIO(data), "log")
    return columns, list(found)


def parquet(**columns: list[object]) -> bytes:
    sink = io.BytesIO()
    pq.write_table(pa.table(columns), sink)
    return sink.getvalue()


def test_json_lines_are_rows() -> None:
    assert table(b'\n{"a": 1}\n\n{"a": 2}\n') == (None, [{"a": 1}, {"a": 2}])


def test_a_json_list_is_rows() -> None:
    assert table(b'[{"a": 1}, 3]') == (None, [{"a": 1}, None])


def test_csv_has_its_columns_once() -> None:
    data = b'\xef\xbb\xbftime,path\n1,"/a, b"\n2,/c\n'
    assert table(data) == (
        ["time", "path"],
        [{"time": "1", "path": "/a, b"}, {"time": "2", "path": "/c"}],
    )


def test_parquet_has_its_columns_once() -> None:
    data = parquet(time=[1, 2], path=[{"path": "/a"}, None])
    assert table(data) == (
        ["time", "path"],
        [{"time": 1, "path": {"path": "/a"}}, {"time": 2, "path": None}],
    )


def test_gzip_is_taken_off() -> None:
    assert table(gzip.compress(b'{"a": 1}\n')) == (None, [{"a": 1}])
    assert list(lines(plain_stream(io.BytesIO(gzip.compress(b"a\nb"))))) == ["a\n", "b"]


def test_what_is_no_row_is_none() -> None:
    assert table(b'{"a": 1}\n{"a"\n[1]\n"x"\n')[1] == [{"a": 1}, None, None, None]
    assert table(b"a,b\n1\n1,2,3\n1,2\n")[1] == [None, None, {"a": "1", "b": "2"}]


def drain(found: Iterator[Row]) -> int:
    seen: list[Row] = []
    with pytest.raises(BrokenOffError):
        seen.extend(found)
    return len(seen)


def test_what_comes_before_the_damage_is_read() -> None:
    packed = gzip.compress(b'{"a": 1}\n' * 5_000)
    assert drain(rows(io.BytesIO(packed[: len(packed) // 2]), "log")[1]) >= 0
    assert drain(rows(io.BytesIO(b'{"a": 1}\n{' + b"x" * 2_000_000), "log")[1]) == 1


@pytest.mark.parametrize(
    "data",
    [b"PAR1", b"PAR1" + b"x" * 100 + b"PAR1", b"[1,", b"[" * 100_000, b"\x1f\x8bxx", b"\x1f\x8b"],
)
def test_what_cannot_be_read_at_all_is_an_error(data: bytes) -> None:
    with pytest.raises(EvidenceError):
        table(data)


@given(st.binary(max_size=300))
def test_any_bytes_are_read_or_refused(data: bytes) -> None:
    try:
        columns, found = rows(io.BytesIO(data), "log")
        list(found)
    except (EvidenceError, BrokenOffError):
        return
    assert columns is None or all(isinstance(column, str) for column in columns)
