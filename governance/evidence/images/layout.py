"""An OCI image layout: which of the images that its `index.json` names are wholly there.

That an image exists lets things expire that could be made again with it. So it counts only when
its manifest is what its digest says, and its configuration and layers have the sizes that the
manifest says (hashing them all would take hours). Sources: OCI image-spec `image-layout.md`,
`image-index.md`, `manifest.md`; Docker's manifest list and schema 2 have the same fields.
"""

import hashlib
import json
import os
import re
import stat
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from blueprints.formats.git.plain import read_plain

MOST_MANIFEST = 8_000_000
"""Bytes of one manifest or index; registries allow 4 MiB."""
DEEPEST = 8
MOST_IMAGES = 1_000_000

_HEXES = {"sha256": 64, "sha512": 128}
_NAMES = ("org.opencontainers.image.ref.name", "io.containerd.image.name")


@dataclass(frozen=True)
class Image:
    """An image that is wholly there."""

    digest: str
    """`sha256:HEX` of its manifest, or of an index of manifests that are all there."""
    name: str


def images(
    index: dict[str, Any],
    folder: Path,
    problem: Callable[[str], None],
    remark: Callable[[str], None],
) -> Iterator[Image]:
    """Yield the images of a layout in `folder`, whose `index.json` holds `index`.

    `problem` is told what could not be read, `remark` which images are not wholly there.
    """
    yield from _Layout(folder, problem, remark).within(index, "", 0)


class _Layout:
    def __init__(
        self, folder: Path, problem: Callable[[str], None], remark: Callable[[str], None]
    ) -> None:
        self._folder = folder
        self._problem = problem
        self._remark = remark
        self._known: dict[str, bool] = {}

    def within(self, index: dict[str, Any], name: str, depth: int) -> Iterator[Image]:
        """Yield all images below an index, itself not among them."""
        for described in _dicts(index.get("manifests")):
            yield from self._image(described, name, depth)

    def _image(self, described: dict[str, Any], outer: str, depth: int) -> Iterator[Image]:
        digest = str(described.get("digest"))
        annotations = described.get("annotations")
        names = annotations if isinstance(annotations, dict) else {}
        name = next((str(names[key]) for key in _NAMES if names.get(key)), outer)
        if digest in self._known:
            if self._known[digest] and name:
                yield Image(digest, name)
            return
        if len(self._known) >= MOST_IMAGES or depth > DEEPEST:
            self._problem("it names more images than are read")
            return
        self._known[digest] = False
        manifest = self._manifest(digest)
        if manifest is None:
            return
        below = _dicts(manifest.get("manifests"))
        if below:
            found = list(self.within(manifest, name, depth + 1))
            yield from found
            there = {image.digest for image in found}
            self._known[digest] = all(
                str(one.get("digest")) in there or self._known.get(str(one.get("digest")), False)
                for one in below
            )
        else:
            self._known[digest] = self._whole(manifest, digest)
        if self._known[digest]:
            yield Image(digest, name)

    def _manifest(self, digest: str) -> dict[str, Any] | None:
        path = self._blob(digest)
        if path is None:
            self._problem(f"its index names {digest[:80]}, which is no digest")
            return None
        try:
            data = read_plain(path, MOST_MANIFEST)
        except FileNotFoundError:
            self._remark(f"image {digest} is not in the layout")
            return None
        except OSError as error:
            self._problem(f"manifest {digest} cannot be read: {error.strerror or error}")
            return None
        algorithm, _, hexes = digest.partition(":")
        if hashlib.new(algorithm, data).hexdigest() != hexes:
            self._problem(f"manifest {digest} is not what its digest says")
            return None
        try:
            value = json.loads(data)
        except (ValueError, RecursionError):
            value = None
        if not isinstance(value, dict):
            self._problem(f"manifest {digest} is no JSON object")
            return None
        return value

    def _whole(self, manifest: dict[str, Any], digest: str) -> bool:
        parts = [*_dicts([manifest.get("config")]), *_dicts(manifest.get("layers"))]
        if len(parts) < 2:
            self._remark(f"image {digest} has no layers")
            return False
        for part in parts:
            path = self._blob(str(part.get("digest")))
            try:
                status = os.lstat(path) if path else None
            except OSError:
                status = None
            if (
                status is None
                or not stat.S_ISREG(status.st_mode)
                or status.st_size != part.get("size")
            ):
                self._remark(f"image {digest} lacks {str(part.get('digest'))[:80]}")
                return False
        return True

    def _blob(self, digest: str) -> Path | None:
        algorithm, _, hexes = digest.partition(":")
        if _HEXES.get(algorithm) != len(hexes) or not re.fullmatch(r"[0-9a-f]+", hexes):
            return None
        return self._folder / "blobs" / algorithm / hexes


def _dicts(value: object) -> list[dict[str, Any]]:
    return [one for one in value if isinstance(one, dict)] if isinstance(value, list) else []
