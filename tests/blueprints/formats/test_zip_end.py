"""The end of a ZIP archive, whole and cut, large and small."""

import io
import zipfile

from hypothesis import given
from hypothesis import strategies as st

from blueprints.formats.zip_end import MAGIC, TAIL, ends_whole


def archive(size: int = 3000, comment: bytes = b"", force_64: bool = False) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as file:
        with file.open("a/data.pkl", "w", force_zip64=force_64) as entry:
            entry.write(bytes(size))
        file.comment = comment
    return out.getvalue()


def test_a_whole_archive_ends_whole() -> None:
    for data in (archive(), archive(comment=b"hello"), archive(force_64=True)):
        assert data.startswith(MAGIC)
        assert ends_whole(data[-TAIL:], len(data))
        assert ends_whole(data, len(data))


@given(st.integers(1, 3100))
def test_an_archive_that_lacks_any_bytes_at_its_end_does_not(cut: int) -> None:
    data = archive()[: -min(cut, 3000)]
    assert not ends_whole(data[-TAIL:], len(data))


def test_an_archive_that_lacks_bytes_inside_or_has_more_after_it_does_not() -> None:
    data = archive()
    inside = data[:100] + data[200:]
    assert not ends_whole(inside[-TAIL:], len(inside))
    assert not ends_whole((data + b"x")[-TAIL:], len(data) + 1)


@given(st.binary(max_size=200), st.integers(0, 2**64))
def test_any_bytes_are_judged(tail: bytes, more: int) -> None:
    for one in (tail, b"PK\x06\x06" + tail, tail + b"PK\x05\x06" + bytes(18)):
        assert ends_whole(one, len(one) + more) in (True, False)
