"""OCDBT manifests and leaves: what TensorStore wrote (in the fixtures) and what nobody should."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from blueprints.formats.ocdbt import MANIFEST, NotOcdbt, parse_leaf, parse_manifest

LAYOUTS = Path(__file__).parents[2] / "fixtures/layouts"
ITEM = LAYOUTS / "orbax-steps/tree/runs/flax/ckpt/10/default"


def framed(magic: int, body: bytes, version: bytes = b"\0\0") -> bytes:
    whole = magic.to_bytes(4, "big") + (18 + len(body)).to_bytes(8, "little") + version
    return whole + body + bytes(4)


def manifest(body: bytes, kind: int = 0) -> bytes:
    return framed(0x0CDB3A2A, bytes(16) + bytes([kind, 1, 1, 4, 0]) + body)


def leaf(body: bytes) -> bytes:
    return framed(0x0CDB20DE, body)


ONE_FILE = b"\x01\x03\x02d/x"


def test_follows_what_tensorstore_wrote_to_every_data_file() -> None:
    node = parse_manifest((ITEM / MANIFEST).read_bytes())
    assert node is not None
    data = (ITEM / node.path).read_bytes()
    found = parse_leaf(data[node.offset :][: node.length], node.base)
    assert {name.split(".")[0] for name in found.stored} == {"params", "opt_state"}
    assert sum(found.stored.values()) == node.value_bytes
    assert all((ITEM / path).stat().st_size >= least for path, least in found.files.items())
    assert all(path.startswith("ocdbt.process_0/d/") for path in found.files)


def test_reads_a_manifest_without_compression() -> None:
    node = parse_manifest(manifest(ONE_FILE + b"\x01\x01\x00\x00\x05\x07\x01\x07\x00" + bytes(9)))
    assert node is not None
    assert (node.path, node.base, node.offset, node.length) == ("d/x", "d/", 5, 7)


def test_a_database_without_keys_has_no_root() -> None:
    assert parse_manifest(manifest(b"\x00\x01\x01\x00\x00\x00\x00\x00\x00\x00" + bytes(9))) is None


def test_a_data_file_must_hold_its_last_value_and_inline_values_need_none() -> None:
    keys = b"\x02" + b"\x01" + b"\x02\x01" + b"aab"
    values = b"\x09\x03" + b"\x01\x00" + b"\x00" + b"\x04" + b"xyz"
    found = parse_leaf(leaf(b"\x00" + ONE_FILE.replace(b"\x02", b"\x00", 1) + keys + values), "p/")
    assert found.files == {"p/d/x": 13}
    assert found.stored == {"aa": 9, "ab": 0}


@pytest.mark.parametrize(
    ("data", "says"),
    [
        (b"", "magic"),
        (leaf(b"\x00"), "magic"),
        (manifest(b"")[:-1] + b"xx", "as long as"),
        (manifest(b"", kind=1), "numbered"),
        (manifest(b"\x00\x00"), "no version"),
        (manifest(b"\xff" * 10), "64 bits"),
        (manifest(b"\xff\xff\xff\x7f"), "entries"),
        (manifest(b"\x01\x7f\x00"), "too early"),
        (manifest(b"\x00\x01\x01\x00\x03\x00\x00\x01\x00\x00" + bytes(9)), "table"),
        (framed(0x0CDB3A2A, b"", b"\1\0"), "unknown version"),
        (framed(0x0CDB3A2A, b"no zstd", b"\0\1"), "decompressed"),
    ],
)
def test_refuses_a_manifest_that_is_none(data: bytes, says: str) -> None:
    with pytest.raises(NotOcdbt, match=says):
        parse_manifest(data)


def test_refuses_an_inner_node() -> None:
    with pytest.raises(NotOcdbt, match="several levels"):
        parse_leaf(leaf(b"\x01"), "")


@given(st.binary(max_size=80))
def test_hostile_bytes_end_in_an_answer_or_a_reason(body: bytes) -> None:
    for data, read in ((manifest(body), parse_manifest), (leaf(b"\0" + body), _leaf)):
        try:
            read(data)
        except NotOcdbt:
            continue


def _leaf(data: bytes) -> object:
    return parse_leaf(data, "")
