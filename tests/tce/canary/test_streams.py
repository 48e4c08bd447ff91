from __future__ import annotations

import bz2
import gzip
import io
import lzma
import tarfile
import zipfile
import zlib
from collections.abc import Callable

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tce.canary import streams
from tce.canary.streams import unpacked

SECRET = b"a-secret-value-of-some-length"


def _zip(data: bytes) -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("folder/name", data)
    return file.getvalue()


def _in(data: bytes) -> list[str]:
    said: list[str] = []
    return [name for name, inner in unpacked(data, said.append) if inner.find(SECRET) >= 0] + said


PACKED: dict[str, Callable[[bytes], bytes]] = {
    "gzip": gzip.compress,
    "bzip2": bz2.compress,
    "xz": lzma.compress,
    "zip": _zip,
    "Zstandard": lambda data: pa.compress(data, codec="zstd", asbytes=True),
}


@pytest.mark.parametrize("name", PACKED)
@pytest.mark.parametrize("before", [b"", b"some bytes before it"])
def test_a_stream_is_unpacked_wherever_it_begins(name: str, before: bytes) -> None:
    assert _in(before + PACKED[name](b"x" * 5000 + SECRET) + b"and after") == [name]


@pytest.mark.parametrize("name", PACKED)
def test_a_stream_that_is_cut_gives_what_it_still_has(name: str) -> None:
    # bzip2, xz and Zstandard give whole blocks only.
    block = SECRET + bytes(range(256)) * 100
    whole = PACKED[name](block)
    said: list[str] = []
    found = [inner for _, inner in unpacked(whole[: len(whole) - 12], said.append)]
    if name in ("gzip", "zip"):
        assert any(one.find(SECRET) >= 0 for one in found)


def test_a_zlib_stream_is_read_where_it_is_the_whole_file() -> None:
    assert _in(zlib.compress(SECRET)) == ["zlib"]


def test_the_columns_of_a_parquet_file_are_read() -> None:
    for codec in ("zstd", "snappy", "none"):
        file = io.BytesIO()
        table = pa.table({"key": ["x", SECRET.decode()], "data": [b"y", b"z"], "n": [1, 2]})
        pq.write_table(table, file, compression=codec)
        assert "Parquet" in _in(file.getvalue())


def test_a_damaged_parquet_file_is_told() -> None:
    said: list[str] = []
    assert [name for name, _ in unpacked(b"PAR1" + b"x" * 100 + b"PAR1", said.append)] == []
    assert said == ["a Parquet file that cannot be read (ArrowInvalid)"]


def test_a_large_stream_is_unpacked_into_a_file(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(streams, "IN_MEMORY", 1 << 16)
    [(name, inner)] = unpacked(gzip.compress(bytes(1 << 20) + SECRET), lambda _words: None)
    assert name == "gzip"
    assert not isinstance(inner, bytes)
    assert inner.find(SECRET) == 1 << 20


def test_a_bomb_ends_and_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(streams, "MOST", 4 << 20)
    said: list[str] = []
    [(_, inner)] = unpacked(gzip.compress(bytes(64 << 20)), said.append)
    assert len(inner) <= 4 << 20
    assert said == ["gzip: more than 0 GiB; the rest was left out"]


def test_an_archive_of_an_archive_holds_its_files() -> None:
    file = io.BytesIO()
    with tarfile.open(fileobj=file, mode="w:gz") as archive:
        one = tarfile.TarInfo("state")
        one.size = len(SECRET)
        archive.addfile(one, io.BytesIO(SECRET))
    assert _in(file.getvalue()) == ["gzip"]


@given(st.sampled_from([b"\x1f\x8b\x08", b"BZh9", b"PK\x03\x04", b"\x28\xb5\x2f\xfd", b"\x78\x9c"]))
def test_what_only_looks_like_one_is_nothing(beginning: bytes) -> None:
    assert _in(beginning + b"nothing of the kind" * 3) == []
