"""Asks a list or an OCI layout which container images still exist."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO

from governance.evidence.claim import Key
from governance.evidence.errors import EvidenceError
from governance.evidence.files import date, open_file, path_of, writers_of
from governance.evidence.gather import Gather
from governance.evidence.images.layout import images
from governance.evidence.images.listed import Listed, json_images, line_images
from governance.evidence.source import Asked
from governance.workspace.evidence import ImagesEntry

MOST_JSON = 256_000_000
"""Bytes of a list that is one JSON value."""
MOST_LINE = 1_000_000


class ImagesSource:
    """Images that exist: `index.json` of an OCI layout, or a list that a registry's owner writes.

    A list is taken at its word. In a layout an image counts when its manifest, configuration and
    layers are there. Images go by the digest of their manifest or index, as `image@sha256:HEX`
    names them.
    """

    def __init__(self, entry: ImagesEntry, base: Path) -> None:
        self._path = path_of(base, entry.file)
        self.name = entry.known_as
        self.place = str(self._path)
        self.writers = writers_of(self._path)

    def read(self, into: Gather, asked: Asked) -> None:
        """Note every image. Raises EvidenceError where there is no list."""
        with open_file(self._path) as stream:
            date(stream, into, asked.now)
            found, bad = 0, 0
            for image in self._images(stream, into):
                if image.digest is None:
                    bad += 1
                    continue
                found += 1
                node = f"image:{image.digest}"
                into.note(node, Key.EXISTS, text=image.name or None)
                into.note(node, Key.TYPE, text="image")
        if bad and not found:
            raise EvidenceError(
                f"{self._path} names no image by its digest",
                "skopeo inspect docker://IMAGE >> images.jsonl",
            )
        if bad:
            into.problem(f"{bad:,} of its entries name no image by its digest")

    def _images(self, stream: BinaryIO, into: Gather) -> Iterator[Listed]:
        whole = _json(stream)
        if isinstance(whole, dict) and isinstance(whole.get("manifests"), list):
            folder = self._path.parent
            if not (folder / "blobs").is_dir():
                raise EvidenceError(
                    f"{self._path} is the index of a layout without its blobs",
                    "skopeo inspect docker://IMAGE >> images.jsonl",
                )
            for image in images(whole, folder, into.problem, into.remark):
                yield Listed(image.digest, image.name)
        elif whole is not None:
            yield from json_images(whole)
        else:
            yield from _lines(stream, into)


def _json(stream: BinaryIO) -> object:
    """Return the value of a file that is one JSON value, else None and the stream at its start."""
    data = stream.read(MOST_JSON + 1)
    stream.seek(0)
    if not data.lstrip().startswith((b"{", b"[")):
        return None
    try:
        value: object = json.loads(data[:MOST_JSON])
    except (ValueError, RecursionError):
        return None
    return value


def _lines(stream: BinaryIO, into: Gather) -> Iterator[Listed]:
    number = 0
    while line := stream.readline(MOST_LINE + 1):
        number += 1
        if len(line) > MOST_LINE:
            into.problem(f"line {number} is longer than any that is read; the rest is not read")
            return
        yield from line_images(line.decode("utf-8", "replace"))
