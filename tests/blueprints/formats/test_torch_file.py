"""Files of `torch.save`: names and bytes of what they hold; hostile ones are refused, never run."""

import io
import pickle
import zipfile
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from blueprints.formats.torch_file import NotTorchFile, Tensor, parse_torch_file
from blueprints.formats.zip_end import MAGIC, ends_whole
from tests.blueprints.formats.saved_by_torch import Storage, tensors, torch_file
from tests.prove import share

FIXTURES = Path(__file__).parents[2] / "fixtures" / "layouts"
REAL = sorted(
    path
    for end in ("ckpt", "bin", "pt", "pth")
    for path in FIXTURES.rglob(f"*.{end}")
    if path.is_file()
)
SHARED = Storage("shared", 5)
STATE = {
    "epoch": 3,
    "args": {"world": 8, "sizes": [4, 5], "deep": {"more": 1}},
    "state_dict": tensors("m", a=10, b=SHARED.count),
    "optimizer_states": [{"state": {0: {"exp_avg": Storage("o", 20)}}}],
}


def zipped(pickled: bytes, name: str = "archive/data.pkl", method: int = 0) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", compression=method) as archive:
        # Of one time: the names of tests are made of these bytes.
        entry = zipfile.ZipInfo(name)
        entry.compress_type = method
        archive.writestr(entry, pickled)
    return out.getvalue()


def test_tensors_have_the_names_that_lead_to_them() -> None:
    file = parse_torch_file(torch_file(STATE))
    assert file.tensors == (
        Tensor("state_dict.a", 40),
        Tensor("state_dict.b", 20),
        Tensor("optimizer_states.state.exp_avg", 80),
    )
    assert file.numbers == {"epoch": 3, "args.world": 8, "args.sizes": 4}


def test_a_storage_that_two_names_share_counts_once() -> None:
    file = parse_torch_file(torch_file({"model": {"head": SHARED, "tail": SHARED}}))
    assert file.tensors == (Tensor("model.head", 20),)


def test_circles_end() -> None:
    circle: dict[str, object] = {"a": "b"}
    circle["self"] = [circle]
    assert parse_torch_file(zipped(pickle.dumps(circle, 2))).tensors == ()


def test_deep_names_are_cut() -> None:
    deep: object = Storage("x", 1)
    for _ in range(300):
        deep = {"k" * 100: deep}
    (found,) = parse_torch_file(torch_file(deep)).tensors
    assert len(found.name) < 600


def test_parts_that_are_shared_do_not_multiply() -> None:
    value: object = []
    for _ in range(200):
        value = [value, value]
    assert parse_torch_file(zipped(pickle.dumps(value, 2))).tensors == ()


def test_what_torch_wrote_holds_no_more_bytes_than_its_file() -> None:
    parsed = 0
    for path in REAL:
        data = path.read_bytes()
        if not data.startswith(MAGIC) or not ends_whole(data, len(data)):
            continue  # cut on purpose, or of another kind
        file = parse_torch_file(data)
        assert sum(tensor.bytes for tensor in file.tensors) <= len(data), path
        parsed += 1
    assert parsed > 10


@pytest.mark.parametrize(
    ("data", "why"),
    [
        (b"", "not a ZIP archive"),
        (b"PK\x03\x04", "not a ZIP archive"),
        (b"\x80\x02}." + bytes(40), "not a ZIP archive"),
        (zipped(b"N.", name="word/document.xml"), "not torch's data.pkl"),
        (zipped(b"N." * 99, method=zipfile.ZIP_DEFLATED), "not torch's data.pkl"),
        (torch_file(STATE)[:200], "bytes, 200 were read"),
        (zipped(b"\x80\x02"), "ends too early"),
        (zipped(b"(i__main__\nx\n."), "has no place in it"),
        (zipped(b"]" * 600_000 + b"."), "opcodes"),
    ],
)
def test_anything_else_is_refused_with_a_reason(data: bytes, why: str) -> None:
    with pytest.raises(NotTorchFile, match=why):
        parse_torch_file(data)


@pytest.mark.parametrize(
    "identity",
    [
        ("storage", "text", "k", "cpu", 1),
        ("storage", 1, 2, 3, 4),
        ("other",),
        "text",
        ("storage", io.BytesIO, "k", "cpu", 2**70),
    ],
)
def test_an_odd_persistent_id_is_no_tensor(identity: object) -> None:
    class Odd(pickle.Pickler):
        def persistent_id(self, obj: object) -> object:
            return identity if obj == "here" else None

    out = io.BytesIO()
    Odd(out, 2).dump({"a": "here"})
    assert parse_torch_file(zipped(out.getvalue())).tensors == ()


def test_a_payload_is_never_run(tmp_path: Path) -> None:
    mark = tmp_path / "mark"
    payload = f"\x80\x02cposix\nsystem\n(Vtouch {mark}\ntR.".encode("latin-1")
    assert parse_torch_file(zipped(payload)).tensors == ()
    assert not mark.exists()


@settings(deadline=None, max_examples=share(3000))
@given(st.data())
def test_changed_bytes_are_parsed_or_refused(data: st.DataObject) -> None:
    raw = bytearray(torch_file(STATE))
    for _ in range(data.draw(st.integers(1, 4))):
        at = data.draw(st.integers(0, 900))
        raw[at : at + data.draw(st.integers(0, 3))] = data.draw(st.binary(max_size=3))
    try:
        file = parse_torch_file(bytes(raw))
    except NotTorchFile:
        return
    assert all(0 <= tensor.bytes < 2**63 for tensor in file.tensors)
