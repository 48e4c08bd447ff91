"""HDF5 superblocks, made by hand from the specification."""

import struct

import pytest

from blueprints.formats.hdf5 import FIRST_READ, NotHdf5, end_of_file

SIGNATURE = b"\x89HDF\r\n\x1a\n"


def old(end: int, version: int = 0, base: int = 0, width: int = 8) -> bytes:
    head = SIGNATURE + bytes([version, 0, 0, 0, 0, width, 8, 0]) + bytes(8 + 4 * version)
    return (head + struct.pack("<4Q", base, 2**64 - 1, end, 2**64 - 1)).ljust(FIRST_READ, b"\0")


def new(end: int, version: int = 2) -> bytes:
    head = SIGNATURE + bytes([version, 8, 8, 0])
    return (head + struct.pack("<4Q", 0, 2**64 - 1, end, 48)).ljust(FIRST_READ, b"\0")


@pytest.mark.parametrize("start", [old(2048), old(2048, 1), new(2048), new(2048, 3)])
def test_says_how_long_the_file_must_be(start: bytes) -> None:
    assert end_of_file(start) == 2048


@pytest.mark.parametrize(
    ("start", "says"),
    [
        (b"", "signature"),
        (b"PK\3\4" + bytes(80), "signature"),
        (old(1)[:40], "ends within"),
        (new(1, 4), "version 4"),
        (old(1, width=9), "addresses of 9"),
        (old(1, base=512), "first byte"),
    ],
)
def test_refuses_what_it_does_not_know(start: bytes, says: str) -> None:
    with pytest.raises(NotHdf5, match=says):
        end_of_file(start)
