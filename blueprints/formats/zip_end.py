"""The end of a ZIP archive: was it written to its last byte?

torch.save writes ZIP archives and closes them with the central directory and its end record, so
a file cut short has none. Source: PKWARE's APPNOTE, sections 4.3.12 to 4.3.16.
"""

import struct

MAGIC = b"PK\x03\x04"
"""How an archive with at least one file begins."""

TAIL = 1024
"""Bytes that hold the end records of an archive without a long comment; torch writes none."""

_END = struct.Struct("<4s4H2LH")
_END_64 = struct.Struct("<4sQ2H2L4Q")
_LOCATOR = struct.Struct("<4sLQL")
_IN_64 = 0xFFFFFFFF


def ends_whole(tail: bytes, size: int) -> bool:
    """Does an archive of `size` bytes that ends with `tail` end as it should?

    It does when an end record closes it, and the central directory that the record names lies
    directly before the records. A tail shorter than the records is not whole.
    """
    at = tail.rfind(b"PK\x05\x06")
    if at < 0 or len(tail) < at + _END.size:
        return False
    _, _, _, _, _, length, offset, comment = _END.unpack_from(tail, at)
    if len(tail) != at + _END.size + comment:
        return False
    records = size - len(tail) + at  # where the first of the end records begins
    locator = at - _LOCATOR.size
    if locator >= 0 and tail[locator : locator + 4] == b"PK\x06\x07":
        _, _, records, _ = _LOCATOR.unpack_from(tail, locator)
        at = records - (size - len(tail))
        if not 0 <= at <= locator - _END_64.size or tail[at : at + 4] != b"PK\x06\x06":
            return False
        *_, length, offset = _END_64.unpack_from(tail, at)
    elif _IN_64 in (length, offset):
        return False
    return bool(offset + length == records)
