"""The `.metadata` of a torch distributed checkpoint (DCP): which bytes of which file are what.

It is a pickle, read without running it (see `inert_pickle`). Source of the format: torch
`distributed/checkpoint/metadata.py` (Metadata, MetadataIndex, TensorStorageMetadata) and
`distributed/checkpoint/filesystem.py` (_StorageInfo).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from blueprints.formats.inert_pickle import Map, NotInert, Object, Value, load_inert

SIZE_LIMIT = 64 * 1024 * 1024
"""Bytes; a save of 128 ranks with 1,200 tensors has 22 MB."""

OPCODE_LIMIT = 24_000_000
"""Opcodes; torch writes one for every two bytes, and a million takes half a second."""

_LARGEST = 2**63 - 1


class NotMetadata(ValueError):  # noqa: N818 - it states what the bytes are
    """The bytes are not the metadata of a distributed checkpoint; the message says why."""


@dataclass(frozen=True, slots=True)
class Item:
    """One stored piece: a tensor's chunk, or the bytes of some other object."""

    fqn: str
    """Fully qualified name in the state dict: `model.layers.0.weight`."""
    kind: Literal["tensor", "bytes"]
    relative_path: str
    """The file that holds it, relative to the checkpoint's folder."""
    offset: int
    length: int
    """Bytes in that file, with the container that torch.save puts around a tensor."""


_MODULE = "torch.distributed.checkpoint.metadata"
_METADATA = f"{_MODULE} Metadata"
_TENSOR = f"{_MODULE} TensorStorageMetadata"
_KEPT = {
    _METADATA: frozenset({"state_dict_metadata", "storage_data"}),
    _TENSOR: frozenset[str](),
    f"{_MODULE} MetadataIndex": frozenset({"fqn"}),
    "torch.distributed.checkpoint.filesystem _StorageInfo": frozenset(
        {"relative_path", "offset", "length"}
    ),
}


def parse_metadata(data: bytes) -> list[Item]:
    """Return every stored piece that a `.metadata` file names, in the file's order.

    Raises NotMetadata for anything else, however it was made; never runs what the bytes say.
    """
    if len(data) > SIZE_LIMIT:
        raise NotMetadata(f"{len(data)} bytes, more than {SIZE_LIMIT}")
    try:
        top = load_inert(data, _KEPT, OPCODE_LIMIT)
    except NotInert as error:
        raise NotMetadata(str(error)) from error
    if not isinstance(top, Object) or top.name != _METADATA:
        raise NotMetadata("it does not hold torch's Metadata")
    storage, kinds = top.state.get("storage_data"), top.state.get("state_dict_metadata")
    if not isinstance(storage, Map) or not isinstance(kinds, Map):
        raise NotMetadata("it names no stored items")
    tensors = {
        fqn
        for fqn, value in kinds.pairs
        if isinstance(fqn, str) and isinstance(value, Object) and value.name == _TENSOR
    }
    return [_item(key, value, tensors) for key, value in storage.pairs]


def _item(key: Value, value: Value, tensors: set[str]) -> Item:
    if not (isinstance(key, Object) and isinstance(value, Object)):
        raise NotMetadata("a stored item is not an object")
    fqn, path = _text(key.state.get("fqn")), _text(value.state.get("relative_path"))
    offset, length = value.state.get("offset"), value.state.get("length")
    if fqn is None or not path:
        raise NotMetadata("a stored item without a name or a file")
    if not (isinstance(offset, int) and isinstance(length, int) and offset >= 0 and length >= 0):
        raise NotMetadata("a stored item without a place in its file")
    if offset + length > _LARGEST:
        raise NotMetadata("a stored item beyond the end of any file")
    return Item(fqn, "tensor" if fqn in tensors else "bytes", path, offset, length)


def _text(value: Value | None) -> str | None:
    if not isinstance(value, str):
        return None
    try:
        value.encode()  # a lone surrogate is no text and could not be written anywhere
    except UnicodeEncodeError:
        return None
    return value
