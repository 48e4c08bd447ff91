"""Both ends of a tar archive."""

import io
import tarfile

from hypothesis import given
from hypothesis import strategies as st

from blueprints.formats.tar_end import BLOCK, END, begins_tar, ends_tar


def archive() -> bytes:
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w") as tar:
        info = tarfile.TarInfo("a")
        info.size = 700
        tar.addfile(info, io.BytesIO(b"x" * 700))
    return out.getvalue()


def test_a_tar_begins_with_a_header_and_ends_with_zeros() -> None:
    data = archive()
    assert begins_tar(data[:BLOCK])
    assert ends_tar(data[-END:], len(data))


def test_a_tar_cut_anywhere_does_not_end_so() -> None:
    data = archive()
    assert not ends_tar(data[:-1][-END:], len(data) - 1)
    cut = data[: 2 * BLOCK]
    assert not ends_tar(cut[-END:], len(cut))


@given(st.binary(max_size=2 * BLOCK))
def test_any_bytes_are_judged(data: bytes) -> None:
    assert not begins_tar(data[: BLOCK - 1])
    assert begins_tar(bytes(BLOCK)) is False
    assert begins_tar(data) in (True, False)
    assert ends_tar(data, len(data)) in (True, False)
