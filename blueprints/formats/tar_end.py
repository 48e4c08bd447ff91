"""The two ends of a tar archive: is it one, and was it written to its last byte?

Source: POSIX.1-1988 `ustar`: blocks of 512 bytes, a header with a checksum, two zero blocks last.
"""

BLOCK = 512
END = 2 * BLOCK
"""Bytes of zeros that close an archive."""

_CHECKSUM = slice(148, 156)


def begins_tar(header: bytes) -> bool:
    """Is this the first block of a tar archive, by its checksum?"""
    if len(header) < BLOCK or not header[0]:
        return False
    try:
        said = int(header[_CHECKSUM].strip(b" \0") or b"x", 8)
    except ValueError:
        return False
    blank = header[: _CHECKSUM.start] + b" " * 8 + header[_CHECKSUM.stop : BLOCK]
    return said == sum(blank)


def ends_tar(tail: bytes, size: int) -> bool:
    """Does an archive of `size` bytes that ends with `tail` end as it should?"""
    return size % BLOCK == 0 and len(tail) >= END and not any(tail[-END:])
