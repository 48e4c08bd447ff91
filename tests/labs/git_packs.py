"""Pack files with whatever in them, as no Git would write them."""

import hashlib
import struct
from pathlib import Path

from dulwich.objects import Blob
from dulwich.pack import write_pack_index


def entry_header(kind: int, size: int) -> bytes:
    first, size = (kind << 4) | (size & 15), size >> 4
    out = []
    while size:
        out.append(first | 0x80)
        first, size = size & 0x7F, size >> 7
    return bytes([*out, first])


def write_pack(folder: Path, entries: list[tuple[str, bytes]]) -> None:
    """Write a pack of raw entries with these names."""
    data = b"PACK" + struct.pack(">LL", 2, len(entries))
    offsets = []
    for oid, entry in entries:
        offsets.append((bytes.fromhex(oid), len(data), 0))
        data += entry
    data += hashlib.sha1(data).digest()
    (folder / "pack").mkdir(parents=True)
    (folder / "pack" / "pack-x.pack").write_bytes(data)
    with (folder / "pack" / "pack-x.idx").open("wb") as stream:
        write_pack_index(stream, sorted(offsets), data[-20:], version=2)


def blob_name(data: bytes) -> str:
    return Blob.from_string(data).id.decode()


def delta_number(value: int) -> bytes:
    out = b""
    while value > 0x7F:
        out += bytes([value & 0x7F | 0x80])
        value >>= 7
    return out + bytes([value])
