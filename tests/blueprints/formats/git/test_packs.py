import struct
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from blueprints.formats.git.errors import ObjectError
from blueprints.formats.git.objects import Objects
from blueprints.formats.git.packs import BLOB
from tests.labs.git_packs import blob_name, delta_number, entry_header, write_pack

MOST = 1 << 20


@contextmanager
def _objects(folder: Path) -> Iterator[Objects]:
    said: list[str] = []
    with Objects(folder, 20, said.append) as objects:
        yield objects
    assert said == []


def test_a_packed_object_says_its_size_before_it_is_unpacked(tmp_path: Path) -> None:
    data = bytes(8 << 20)
    write_pack(tmp_path, [("a" * 40, entry_header(3, len(data)) + zlib.compress(data, 9))])
    with _objects(tmp_path) as objects, pytest.raises(ObjectError, match="larger than"):
        objects.get("a" * 40, MOST)


def test_deltas_that_multiply_are_not_put_together(tmp_path: Path) -> None:
    base = bytes(60_000)
    copy = bytes([0xB0]) + struct.pack("<H", 60_000)  # Sixty thousand bytes from the start.
    delta = delta_number(60_000) + delta_number(60_000 * 1000) + copy * 1000
    entry = entry_header(7, len(delta)) + bytes.fromhex(blob_name(base)) + zlib.compress(delta, 9)
    whole = entry_header(3, len(base)) + zlib.compress(base, 9)
    write_pack(tmp_path, [(blob_name(base), whole), ("b" * 40, entry)])
    with _objects(tmp_path) as objects:
        assert objects.get(blob_name(base), MOST) == (BLOB, base)
        with pytest.raises(ObjectError, match="larger than"):
            objects.get("b" * 40, MOST)


def test_deltas_in_a_circle_end(tmp_path: Path) -> None:
    delta = delta_number(4) + delta_number(4) + bytes([0x90, 4])
    entries = [
        (one * 40, entry_header(7, len(delta)) + bytes.fromhex(two * 40) + zlib.compress(delta))
        for one, two in (("a", "b"), ("b", "a"), ("c", "c"), ("d", "9"))
    ]
    write_pack(tmp_path, entries)
    with _objects(tmp_path) as objects:
        for one in "abc":
            with pytest.raises(ObjectError, match="no end"):
                objects.get(one * 40, MOST)
        with pytest.raises(ObjectError, match="base is not in its pack"):
            objects.get("d" * 40, MOST)
