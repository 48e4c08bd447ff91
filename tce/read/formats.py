"""Which reader reads which format."""

from collections.abc import Mapping, Sequence
from typing import Protocol

from tce.read import eos, ios, junos, nft_json, nftables
from tce.space.errors import NotModelledError
from tce.space.filter import Filter


class Reader(Protocol):
    """Reads all of a file or raises NotModelledError with ``file:line``."""

    def __call__(self, text: str, file: str, legs: Sequence[str] = ()) -> tuple[Filter, ...]:
        """What it does; ``legs`` are the names of a router's interfaces, from number 1."""
        ...


READERS: Mapping[str, Reader] = {
    "nftables": nftables.read,
    "nft-json": nft_json.read,
    "eos": eos.read,
    "ios": ios.read,
    "junos": junos.read,
}


def read(name: str, text: str, file: str, legs: Sequence[str] = ()) -> tuple[Filter, ...]:
    """What a file of a format does; raises NotModelledError, also for a format without reader."""
    if name not in READERS:
        known = ", ".join(READERS)
        raise NotModelledError(f"{file}:1: the format {name} is not modelled (known: {known})")
    return READERS[name](text, file, legs)
