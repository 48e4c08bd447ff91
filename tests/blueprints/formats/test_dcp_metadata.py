"""DCP metadata: what torch wrote is read right, whatever else is refused, nothing is ever run."""

import pickle
import pickletools
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from blueprints.formats.dcp_metadata import Item, NotMetadata, parse_metadata
from tests.blueprints.formats.saved_by_torch import dcp_metadata
from tests.prove import share

FIXTURES = Path(__file__).parents[2] / "fixtures" / "layouts"
REAL = sorted(FIXTURES.rglob("*.metadata"))
ITEMS = [
    ("model.a", "__0_0.distcp", 0, 100),
    ("model.a", "__1_0.distcp", 0, 90),
    ("optimizer.state.a.exp_avg", "__0_0.distcp", 100, 50),
    ("rng", "__0_0.distcp", 150, 7),
]


def plant(path: Path) -> bytes:
    """Opcodes that make a file where they are run, and leave nothing on the stack."""
    call = f"cposix\nsystem\n(Vtouch {path}\ntR".encode()
    pickle.loads(call + b".")  # noqa: TID251 - that it works is the point
    assert path.exists()
    path.unlink()
    return call + b"0"


@pytest.mark.parametrize("protocol", [2, 3, 4, 5])
def test_every_stored_piece_is_returned_in_order(protocol: int) -> None:
    found = parse_metadata(dcp_metadata(ITEMS, tensors=["model.a"], protocol=protocol))

    assert found == [
        Item("model.a", "tensor", "__0_0.distcp", 0, 100),
        Item("model.a", "tensor", "__1_0.distcp", 0, 90),
        Item("optimizer.state.a.exp_avg", "bytes", "__0_0.distcp", 100, 50),
        Item("rng", "bytes", "__0_0.distcp", 150, 7),
    ]


@pytest.mark.parametrize("path", REAL, ids=lambda path: str(path.relative_to(FIXTURES)))
def test_what_torch_wrote_ends_where_its_files_end(path: Path) -> None:
    items = parse_metadata(path.read_bytes())

    assert items
    assert any(item.kind == "tensor" for item in items)
    ends: dict[str, int] = {}
    for item in items:
        ends[item.relative_path] = max(ends.get(item.relative_path, 0), item.offset + item.length)
    for name, end in ends.items():
        assert (path.parent / name).stat().st_size == end


def test_there_is_metadata_of_torch_to_read() -> None:
    assert REAL


@pytest.mark.parametrize(
    ("data", "why"),
    [
        (b"", "ends too early"),
        (b"{}", "ends too early|not a pickle"),
        (pickle.dumps({"a": 1}), "does not hold torch's Metadata"),
        (dcp_metadata(ITEMS)[:-1], "ends too early"),
        (b".", "does not end with one value"),
        (b"NN.", "does not end with one value"),
        (b"0.", "takes what it did not put"),
        (b"t.", "takes what it did not put"),
        (b"h\x05.", "takes what it did not put"),
        (b"\x80\x04}(Nu.", "a key without a value"),
        (b"Pname\n.", "has no place in it"),
        (b"\x82\x01.", "has no place in it"),
        (b"(i__main__\nx\n.", "has no place in it"),
        (b"(cx\ny\no.", "has no place in it"),
        (b"K\x01K\x02\x93.", "a class without a name"),
        (b"\xff", "not a pickle"),
        (b"I" + b"9" * 9000 + b"\n.", "not a pickle"),
    ],
)
def test_anything_else_is_refused_with_a_reason(data: bytes, why: str) -> None:
    with pytest.raises(NotMetadata, match=why):
        parse_metadata(data)


@pytest.mark.parametrize(
    "item",
    [
        ("model.a", "", 0, 1),
        ("model.a", "x", -1, 1),
        ("model.a", "x", 0, -1),
        ("model.a", "x", 2**62, 2**62),
        ("model.a", "\ud800", 0, 1),
        ("\ud800", "x", 0, 1),
    ],
)
def test_an_item_that_cannot_be_stored_is_refused(item: tuple[str, str, int, int]) -> None:
    with pytest.raises(NotMetadata, match="stored item"):
        parse_metadata(dcp_metadata([item]))


def test_a_payload_is_never_run(tmp_path: Path) -> None:
    mark = tmp_path / "mark"
    payload, data = plant(mark), dcp_metadata(ITEMS)

    assert parse_metadata(data[:2] + payload + data[2:]) == parse_metadata(data)
    assert parse_metadata(data[:-1] + payload + b".") == parse_metadata(data)
    with pytest.raises(NotMetadata):
        parse_metadata(payload + b"N.")
    assert not mark.exists()


@pytest.mark.parametrize(
    "data",
    [
        b"(" * 1_000_000 + b".",
        b"]" * 1_000_000 + b".",
        b"\x80\x04]" + b"]\x94" * 300_000 + b"a" * 300_000 + b".",
        b"\x80\x04)" + b"\x85" * 1_000_000 + b".",
        b"\x80\x04}" + b"\x94" * 1_000_000 + b".",
        b"\x80\x04}\x94" + b"h\x00h\x00s" * 300_000 + b".",
        b"\x80\x04N" + b"2" * 1_000_000 + b".",
        b"\x80\x04\x8d" + (2**62).to_bytes(8, "little") + b"x.",
        b"\x80\x04\x8a\xff" + b"\xff" * 255 + b".",
        b"\x80\x04\x95" + (2**63).to_bytes(8, "little") + b"N.",
    ],
    ids=["marks", "lists", "nested", "tuples", "memo", "loop", "copies", "length", "long", "frame"],
)
def test_a_bomb_ends_soon_with_a_reason(data: bytes) -> None:
    with pytest.raises(NotMetadata):
        parse_metadata(data)


def test_too_many_opcodes_and_too_many_bytes_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    data = dcp_metadata(ITEMS)
    monkeypatch.setattr("blueprints.formats.dcp_metadata.OPCODE_LIMIT", 50)
    with pytest.raises(NotMetadata, match="more than 50 opcodes"):
        parse_metadata(data)
    monkeypatch.setattr("blueprints.formats.dcp_metadata.OPCODE_LIMIT", 6_000)
    with pytest.raises(NotMetadata, match="too many dictionaries"):
        parse_metadata(b"\x80\x04" + b"}" * 2_000 + b".")
    monkeypatch.setattr("blueprints.formats.dcp_metadata.SIZE_LIMIT", len(data) - 1)
    with pytest.raises(NotMetadata, match="bytes, more than"):
        parse_metadata(data)


def _parsed_or_refused(data: bytes) -> None:
    try:
        items = parse_metadata(data)
    except NotMetadata:
        return
    assert all(item.relative_path and item.offset >= 0 for item in items)


@settings(deadline=None, max_examples=share(4000))
@given(st.data())
def test_changed_bytes_are_parsed_or_refused(data: st.DataObject) -> None:
    raw = bytearray(dcp_metadata(ITEMS, protocol=data.draw(st.sampled_from([2, 4]))))
    for _ in range(data.draw(st.integers(1, 4))):
        at = data.draw(st.integers(0, len(raw) - 1))
        raw[at : at + data.draw(st.integers(0, 3))] = data.draw(st.binary(max_size=3))
    _parsed_or_refused(bytes(raw))


OPCODES = [one.code.encode("latin-1") for one in pickletools.opcodes]


@settings(deadline=None, max_examples=share(4000))
@given(st.lists(st.one_of(st.sampled_from(OPCODES), st.binary(max_size=6)), max_size=60))
def test_any_opcodes_are_parsed_or_refused(parts: list[bytes]) -> None:
    _parsed_or_refused(b"\x80\x04" + b"".join(parts) + b".")
