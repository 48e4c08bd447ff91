"""The lists of a folder's files (`.dir`), which lie beside the data and not in Git.

A list is known by its digest, so it is right wherever it is found, also in somebody's cache.
Source: dvc_data `hashfile/tree.py`, whose own class reads and writes the lists here.
"""

import hashlib
import json
import os
import re
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from governance.evidence.dvc.pointers import Blob
from governance.evidence.errors import ExtraMissingError

if TYPE_CHECKING:
    from dvc_data.hashfile.tree import Tree

MOST_LIST = 192 << 20
"""Bytes of one list: some two million files."""
THREADS = 4
"""Lists that are read, and held, at a time."""

_MD5 = re.compile(r"[0-9a-f]{32}")
_OTHER = re.compile(r"[0-9a-f]{16,128}(-[0-9]{1,6})?")


class Contents(Protocol):
    """Reads small objects of the stores that a workspace knows. Called from several threads."""

    def read(self, uri: str, most: int) -> bytes | None:
        """Return an object's bytes; None where it is not there, is larger, or cannot be read."""


class ListError(ValueError):
    """A list of files is damaged."""


def tree_class() -> "type[Tree]":
    """Return DVC's own class of lists. Raises ExtraMissingError."""
    try:
        from dvc_data.hashfile.tree import Tree
    except ImportError as error:
        raise ExtraMissingError(
            "dvc-data is not installed, which reads what DVC stores",
            "pip install 'tutela[evidence]'",
        ) from error
    return Tree


def members(blob: Blob, raw: bytes) -> list[tuple[str, Blob]]:
    """Return (path, content) of the files that a list names.

    Raises:
        ListError: it is no list of files.
    """
    try:
        entries = json.loads(raw)
        if not isinstance(entries, list):
            raise ListError("it is no list of files")
        tree = tree_class().from_list(entries, hash_name=blob.algorithm)
        found = [
            ("/".join(parts), Blob(blob.algorithm, str(info.value), legacy=blob.legacy))
            for parts, _, info in tree
            if info is not None
        ]
    except ExtraMissingError:
        raise
    except Exception as error:
        # It is hostile, and DVC's class trusts it: whatever it stumbles over is damage.
        raise ListError("it is no list of files") from error
    for _, one in found:
        if not (_MD5 if one.algorithm == "md5" else _OTHER).fullmatch(one.value):
            raise ListError("it names a file without a digest")
    return found


def list_of(files: Sequence[tuple[str, Blob]]) -> Blob | None:
    """Return the content that DVC makes of files that a pointer spells out (`files:`)."""
    if not files:
        return None
    entries = [{"relpath": path, one.algorithm: one.value} for path, one in files]
    raw = tree_class().from_list(entries, hash_name=files[0][1].algorithm).as_bytes()
    value = hashlib.md5(raw, usedforsecurity=False).hexdigest()
    return Blob("md5", value, folder=True, legacy=files[0][1].legacy)


class Manifests:
    """Finds lists: in the workspace's own copies, in caches of clones, in remotes."""

    def __init__(self, contents: Contents, copies: Path | None) -> None:
        self._contents = contents
        self._copies = copies

    def read(self, wanted: Sequence[tuple[Blob, Sequence[str]]]) -> Iterator[bytes | None]:
        """Yield the list of each content, tried at these places; None where it is at none."""
        with ThreadPoolExecutor(THREADS) as pool:
            for start in range(0, len(wanted), THREADS):
                yield from pool.map(self._find, wanted[start : start + THREADS])

    def _find(self, wanted: tuple[Blob, Sequence[str]]) -> bytes | None:
        blob, places = wanted
        own = self._copies / blob.value[:2] / f"{blob.value[2:]}.dir" if self._copies else None
        if own is not None:
            try:
                raw = own.read_bytes()
            except OSError:
                raw = b""
            if _is(blob, raw):
                return raw
        for place in places:
            found = self._contents.read(place, MOST_LIST)
            if found is not None and _is(blob, found):
                if own is not None:
                    _keep(own, found)
                return found
        return None


def _is(blob: Blob, raw: bytes) -> bool:
    return hashlib.md5(raw, usedforsecurity=False).hexdigest() == blob.value


def _keep(file: Path, raw: bytes) -> None:
    """Keep a copy: a list never changes. Where that fails, it is asked for again next time."""
    partial = file.with_name(f".{file.name}.{os.getpid()}.partial")
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        partial.write_bytes(raw)
        partial.replace(file)
    except OSError:
        with suppress(OSError):
            partial.unlink()
