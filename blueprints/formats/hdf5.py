"""The superblock of an HDF5 file: how long the file must be.

Source: the HDF5 file format specification, section II.A (superblock versions 0 to 3).
"""

from typing import Final

FIRST_READ: Final = 64
"""Bytes that hold the superblock up to the end-of-file address."""

_SIGNATURE = b"\x89HDF\r\n\x1a\n"


class NotHdf5(ValueError):  # noqa: N818 - it states what the bytes are
    """The bytes are not the start of an HDF5 file that this module knows; says why."""


def end_of_file(start: bytes) -> int:
    """Return the bytes that the file must have, from its first FIRST_READ; raise NotHdf5."""
    if not start.startswith(_SIGNATURE):
        raise NotHdf5("no HDF5 signature")
    if len(start) < FIRST_READ:
        raise NotHdf5("it ends within its superblock")
    version = start[8]
    if version > 3:
        raise NotHdf5(f"superblock version {version}")
    width = start[9] if version >= 2 else start[13]
    first = 12 if version >= 2 else 24 + 4 * version
    if width not in (2, 4, 8):
        raise NotHdf5(f"addresses of {width} bytes")
    base, _, end = (
        int.from_bytes(start[at : at + width], "little")
        for at in (first, first + width, first + 2 * width)
    )
    if base != 0:
        raise NotHdf5("it does not begin at its first byte")
    return end
