"""Entries as text."""

import json
from datetime import UTC

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tce.seal.headers.entry import LARGEST, is_id, read, tag, write
from tce.seal.headers.errors import DamagedError
from tce.seal.headers.store import Destroyed, Record, mark
from tests.tce.seal.headers.stores import record

_IDS = st.text("0123456789abcdefghijklmnopqrstuvwxyz", min_size=26, max_size=26)
_RECORDS = st.builds(
    Record,
    name=st.text(max_size=50),
    id=_IDS,
    version=st.integers(1, 1 << 60),
    header=st.binary(max_size=200),
    manifest=st.binary(max_size=200),
)
_DESTROYED = st.builds(
    mark,
    _RECORDS,
    st.datetimes(timezones=st.just(UTC)),
    st.text("0123456789abcdef", min_size=64, max_size=64),
)


@given(st.one_of(_RECORDS, _DESTROYED))
def test_what_is_written_is_read(entry: Record | Destroyed) -> None:
    assert read(write(entry), "it") == entry


@given(_RECORDS, st.data())
def test_a_changed_letter_is_noticed(entry: Record, data: st.DataObject) -> None:
    text = bytearray(write(entry))
    at = data.draw(st.integers(0, len(text) - 1))
    text[at] ^= data.draw(st.integers(1, 127))
    with pytest.raises(DamagedError, match=r"^it: "):
        read(bytes(text), "it")


def test_a_cut_text_is_noticed() -> None:
    text = write(record())
    for cut in range(len(text)):
        with pytest.raises(DamagedError):
            read(text[:cut], "it")


@pytest.mark.parametrize(
    "text",
    [
        b"",
        b"\xff",
        b"[]",
        b"1",
        b"null",
        b"{}",
        b'{"schema": "tutela/header/v1"}',
        b"[" * 100_000,
        b'{"schema": {"tutela/header/v1": 1}}',
    ],
)
def test_what_is_no_record_is_refused_in_one_line(text: bytes) -> None:
    with pytest.raises(DamagedError) as refused:
        read(text, "it")
    assert "\n" not in str(refused.value)


def test_a_newer_schema_is_named() -> None:
    said = json.loads(write(record())) | {"schema": "tutela/header/v2"}
    with pytest.raises(DamagedError, match="tutela/header/v2"):
        read(json.dumps(said).encode(), "it")


def test_a_text_that_is_too_long_is_not_read() -> None:
    with pytest.raises(DamagedError, match="the most that is read"):
        read(b" " * (LARGEST + 1), "it")


def test_any_name_has_a_tag_that_is_a_files_name() -> None:
    assert tag("../x") != tag("../y")
    assert len(tag("ß" * 2000)) == 64


def test_ids_are_26_letters_and_digits() -> None:
    assert is_id("a" * 26)
    assert not any(is_id(text) for text in ("a" * 25, "A" * 26, "a" * 26 + "\n", "../" + "a" * 23))
