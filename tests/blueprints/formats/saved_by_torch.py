"""Bytes as torch writes them, made without torch: DCP metadata and files of `torch.save`."""

import io
import pickle
import sys
import zipfile
from collections import OrderedDict
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from types import ModuleType
from typing import Any

_METADATA = "torch.distributed.checkpoint.metadata"
_FILES = "torch.distributed.checkpoint.filesystem"


class _Plain:
    def __init__(self, **fields: object) -> None:
        self.__dict__.update(fields)


def _class(module: str, name: str) -> type[_Plain]:
    return type(name, (_Plain,), {"__module__": module, "__qualname__": name})


Metadata = _class(_METADATA, "Metadata")
MetadataIndex = _class(_METADATA, "MetadataIndex")
TensorStorageMetadata = _class(_METADATA, "TensorStorageMetadata")
BytesStorageMetadata = _class(_METADATA, "BytesStorageMetadata")
StorageInfo = _class(_FILES, "_StorageInfo")
FloatStorage = _class("torch", "FloatStorage")


@contextmanager
def _importable() -> Iterator[None]:
    """Pickle writes the name of a class only where importing the name gives the class."""
    classes = (Metadata, MetadataIndex, TensorStorageMetadata, BytesStorageMetadata)
    modules: dict[str, ModuleType] = {}
    for one in (*classes, StorageInfo, FloatStorage):
        module = modules.setdefault(one.__module__, ModuleType(one.__module__))
        setattr(module, one.__qualname__, one)
    before = {name: sys.modules.get(name) for name in modules}
    sys.modules.update(modules)
    try:
        yield
    finally:
        for name, old in before.items():
            if old is None:
                del sys.modules[name]
            else:
                sys.modules[name] = old


def dcp_metadata(
    items: Sequence[tuple[str, str, int, int]],
    tensors: Sequence[str] | None = None,
    protocol: int = 4,
) -> bytes:
    """A `.metadata` of (name, file, offset, length); all are tensors unless `tensors` says."""
    names = {name for name, *_ in items}
    kinds = {
        name: TensorStorageMetadata(chunks=[(0,)], size=(4, 4), properties=None)
        if tensors is None or name in tensors
        else BytesStorageMetadata()
        for name in sorted(names)
    }
    storage = {
        MetadataIndex(fqn=name, offset=(0, number), index=number): StorageInfo(
            relative_path=path, offset=offset, length=length
        )
        for number, (name, path, offset, length) in enumerate(items)
    }
    value = Metadata(
        state_dict_metadata=kinds,
        planner_data={name: tuple(name.split(".")) for name in sorted(names)},
        storage_data=storage,
        storage_meta=None,
        version="1.0.0",
    )
    with _importable():
        return pickle.dumps(value, protocol)


class Storage:
    """Stands for a tensor of 4-byte numbers."""

    def __init__(self, key: str, count: int) -> None:
        self.key, self.count = key, count


class _Pickler(pickle.Pickler):
    def persistent_id(self, obj: Any) -> Any:
        if isinstance(obj, Storage):
            return ("storage", FloatStorage, obj.key, "cpu", obj.count)
        return None


def torch_file(value: object, name: str = "archive") -> bytes:
    """A file of `torch.save`: tensors are `Storage`, whose bytes are zeros."""
    pickled = io.BytesIO()
    with _importable():
        _Pickler(pickled, 2).dump(value)
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr(f"{name}/data.pkl", pickled.getvalue())
        for key, count in _storages(value):
            archive.writestr(f"{name}/data/{key}", bytes(4 * count))
        archive.writestr(f"{name}/version", b"3\n")
    return out.getvalue()


def _storages(value: object) -> Iterator[tuple[str, int]]:
    found: dict[str, int] = {}
    todo = [value]
    while todo:
        one = todo.pop()
        if isinstance(one, Storage):
            found[one.key] = one.count
        elif isinstance(one, Mapping):
            todo += one.values()
        elif isinstance(one, list | tuple):
            todo += one
    yield from sorted(found.items())


def tensors(prefix: str, **counts: int) -> "OrderedDict[str, Storage]":
    """Named tensors with so many elements each."""
    return OrderedDict((name, Storage(f"{prefix}{name}", count)) for name, count in counts.items())
