"""What a file of `torch.save` holds: its tensors by the names that lead to them, and its numbers.

The file is a ZIP archive whose first entry, `<name>/data.pkl`, is a pickle that names the storage
of every tensor; the storages' bytes follow as entries of their own. The pickle is read without
running it (see `pickle_tree`). Source: torch `serialization.py` (`_save`, `persistent_id`).
"""

from __future__ import annotations

import struct
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from blueprints.formats.inert_pickle import Class, Map, NotInert, Value
from blueprints.formats.pickle_tree import Group, Persistent, load_tree
from blueprints.formats.zip_end import MAGIC

FIRST_READ = 1024 * 1024
"""Bytes that hold the pickle of a model with some 5,000 tensors."""

OPCODE_LIMIT = 600_000
"""Opcodes; torch writes one for every four bytes."""

NODE_LIMIT = 2_000_000
"""Values that are looked at; the tree may share parts."""

_DEPTH = 8
_PART = 64
"""Parts of a tensor's name that are kept, deeper ones are left out; and characters of each."""

_HEADER = struct.Struct("<4s5H3L2H")
_LARGEST = 2**63 - 1


class NotTorchFile(ValueError):  # noqa: N818 - it states what the bytes are
    """The bytes are not the start of such a file, or too few; the message says why."""


@dataclass(frozen=True, slots=True)
class Tensor:
    """One storage, under the first name that leads to it."""

    name: str
    """The keys of the dictionaries around it, joined by dots: `optimizer.state.exp_avg`."""
    bytes: int


@dataclass(frozen=True, slots=True)
class TorchFile:
    """What the pickle says."""

    tensors: tuple[Tensor, ...]
    numbers: Mapping[str, int]
    """The integers at the top and one below it: `global_step`, `args.world_size`."""


def parse_torch_file(start: bytes) -> TorchFile:
    """Return what the first bytes of a file say; they must include the whole pickle.

    Raises NotTorchFile for anything else, however it was made; never runs what the bytes say.
    """
    try:
        top = load_tree(_pickle(start), OPCODE_LIMIT)
    except NotInert as error:
        raise NotTorchFile(str(error)) from error
    return TorchFile(tuple(_tensors(top)), _numbers(top))


def _numbers(top: Value) -> dict[str, int]:
    """The integers in the dictionary and in what lies in it; of a list, its first."""
    numbers: dict[str, int] = {}
    first = _fields(top)
    nested = [(f"{key[:_PART]}.", _fields(one)) for key, one in first if isinstance(key, str)]
    for before, pairs in [("", first), *nested]:
        for key, one in pairs:
            number = one.items[0] if isinstance(one, Group) and one.items else one
            if isinstance(key, str) and isinstance(number, int):
                numbers[before + key[:_PART]] = number
    return numbers


def _fields(value: Value) -> list[tuple[Value, Value]]:
    """What a dictionary holds, or an object such as a Namespace."""
    if isinstance(value, Group):
        value = next((item for item in value.items if isinstance(item, Map)), value)
    return value.pairs if isinstance(value, Map) else []


def _pickle(start: bytes) -> bytes:
    if len(start) < _HEADER.size or start[:4] != MAGIC:
        raise NotTorchFile("it is not a ZIP archive")
    _, _, _, method, _, _, _, length, _, name, extra = _HEADER.unpack_from(start)
    at = _HEADER.size
    if not start[at : at + name].endswith(b"/data.pkl") or method != 0:
        raise NotTorchFile("its first entry is not torch's data.pkl")
    at += name + extra
    if not length:  # written as a stream: the length follows the entry, and a pickle knows its end
        return start[at:]
    if len(start) < at + length:
        raise NotTorchFile(f"its pickle needs {at + length} bytes, {len(start)} were read")
    return start[at : at + length]


def _tensors(top: Value) -> Iterator[Tensor]:
    """Every storage once, in the order of the pickle."""
    seen: set[int] = set()
    storages: set[str] = set()
    todo: list[tuple[str, int, Value]] = [("", 0, top)]
    while todo:
        name, depth, value = todo.pop()
        if isinstance(value, Persistent):
            found = _storage(value.id)
            if found is not None and found[0] not in storages:
                storages.add(found[0])
                yield Tensor(name, found[1])
        if not isinstance(value, Map | Group) or id(value) in seen:
            continue
        seen.add(id(value))
        if isinstance(value, Group):
            todo += [(name, depth, item) for item in reversed(value.items)]
        else:
            todo += [(*_below(name, depth, key), item) for key, item in reversed(value.pairs)]
        if len(todo) + len(seen) > NODE_LIMIT:
            raise NotTorchFile(f"it has more than {NODE_LIMIT} values")


def _below(name: str, depth: int, key: Value) -> tuple[str, int]:
    if depth >= _DEPTH or not isinstance(key, str):
        return name, depth
    part = key[:_PART]
    return f"{name}.{part}" if name else part, depth + 1


def _storage(named: Value) -> tuple[str, int] | None:
    """Return the key and the bytes of a storage from its persistent id."""
    items = named.items if isinstance(named, Group) else []
    if len(items) < 5 or items[0] != "storage":
        return None
    kind, key, count = items[1], items[2], items[4]
    if not (isinstance(kind, Class) and isinstance(key, str) and isinstance(count, int)):
        return None
    width = _WIDTHS.get(kind.name.rpartition(" ")[2])
    if width is None or not 0 <= count <= _LARGEST // width:
        return None
    return key, count * width


_WIDTHS = {
    **dict.fromkeys(("ByteStorage", "CharStorage", "BoolStorage", "UntypedStorage"), 1),
    **dict.fromkeys(("QInt8Storage", "QUInt8Storage", "QUInt4x2Storage", "QUInt2x4Storage"), 1),
    **dict.fromkeys(("HalfStorage", "BFloat16Storage", "ShortStorage"), 2),
    **dict.fromkeys(("FloatStorage", "IntStorage", "QInt32Storage"), 4),
    **dict.fromkeys(("DoubleStorage", "LongStorage", "ComplexFloatStorage"), 8),
    "ComplexDoubleStorage": 16,
}
"""Bytes of one element, by the class that stands for its type."""
