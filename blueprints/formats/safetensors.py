"""The header of a safetensors file: how long the file must be, and what it holds.

Format: 8 bytes little-endian header length, that many bytes of JSON, then the tensors' bytes.
Source: the format section of the safetensors project's README.
"""

import json
import struct
from dataclasses import dataclass

HEADER_LIMIT = 25_000_000
"""Bytes; the reference implementation refuses longer headers."""

FIRST_READ = 256 * 1024
"""Bytes that hold the header of nearly every file."""


class NotSafetensors(ValueError):  # noqa: N818 - it states what the bytes are
    """The bytes are not the start of a safetensors file; the message says why."""


@dataclass(frozen=True)
class Header:
    """What the header says."""

    size: int
    """Bytes that the whole file must have: 8 + header + the largest end offset."""
    tensors: int


def header_length(start: bytes) -> int:
    """Return the length in bytes of the JSON header; raise NotSafetensors."""
    if len(start) < 8:
        raise NotSafetensors("shorter than 8 bytes")
    (length,) = struct.unpack("<Q", start[:8])
    if not 2 <= length <= HEADER_LIMIT:
        raise NotSafetensors(f"a header of {length} bytes")
    return int(length)


def parse_header(start: bytes) -> Header:
    """Return what the first bytes of a file say; they must include the whole header.

    Raises NotSafetensors for anything that the format does not allow.
    """
    length = header_length(start)
    if len(start) < 8 + length:
        raise NotSafetensors(f"the header needs {8 + length} bytes, {len(start)} were read")
    try:
        header = json.loads(start[8 : 8 + length])
    except (ValueError, RecursionError) as error:
        raise NotSafetensors("the header is not JSON") from error
    if not isinstance(header, dict):
        raise NotSafetensors("the header is not an object")
    end = count = 0
    for name, entry in header.items():
        if name == "__metadata__":
            continue
        offsets = entry.get("data_offsets") if isinstance(entry, dict) else None
        if not (
            isinstance(offsets, list)
            and len(offsets) == 2
            and all(type(one) is int and one >= 0 for one in offsets)
        ):
            raise NotSafetensors("a tensor without data_offsets")
        end, count = max(end, offsets[1]), count + 1
    return Header(size=8 + length + end, tensors=count)
