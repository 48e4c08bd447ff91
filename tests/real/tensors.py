"""What torch itself says about the bytes in a file."""

import torch


def tensor_bytes(values: object) -> int:
    """Bytes of the storages of every tensor in a nest of dicts, lists and tuples, each once."""
    return sum(_storages(values).values())


def _storages(values: object) -> dict[int, int]:
    if isinstance(values, torch.Tensor):
        storage = values.untyped_storage()
        return {storage.data_ptr(): storage.nbytes()}
    if isinstance(values, dict):
        values = list(values.values())
    found: dict[int, int] = {}
    if isinstance(values, list | tuple):
        for value in values:
            found |= _storages(value)
    return found
