"""One body under a new file key: opened and sealed again in one go, its plaintext on no disk."""

import fcntl
import hashlib
import io
import os
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass

from blueprints.secret import Secret
from governance.sealed.manifest import Manifest, Part
from tce.age import body, header
from tce.age.stanza import Random
from tce.seal import manifests
from tce.seal.errors import ManifestError
from tce.seal.place import Place
from tce.seal.recipients import Recipients

_PIPE = 1 << 20
"""Bytes that wait between the two halves."""


@dataclass(frozen=True)
class Again:
    """A body that lies there under its new name."""

    id: str
    header: bytes
    body: Part


def again(
    file_key: Secret, said: Manifest, place: Place, recipients: Recipients, random: Random
) -> Again:
    """Seal the body of `said` to `recipients`, beside the old one, under a new id and file key.

    It appears once every chunk of the old one is authentic and its digest is the manifest's.

    Raises:
        BodyError, ManifestError: the old body is not what was sealed.
        StoreError, PlaceError: it cannot be read or written.
    """
    fresh = header.new_key(random)
    name = manifests.new_id(random)
    raw = header.write(fresh, recipients.keys, random)
    digest = hashlib.sha256()
    expected = body.sealed_size(said.plain_size)
    with place.stream(said.id) as old, place.writer(name, expected=expected) as new:
        with _pipe() as (source, sink), ThreadPoolExecutor(1) as pool:

            def opening() -> tuple[Part, int]:
                before = hashlib.sha256()
                with sink:
                    found = body.open(
                        file_key,
                        old,
                        sink,
                        watch=before.update,
                        size=said.body.size,
                        name=f"the body of {said.object}",
                    )
                return Part(size=found.sealed, sha256=before.hexdigest()), found.plain

            opened = pool.submit(opening)
            try:
                amounts = body.seal(fresh, source, new, random, watch=digest.update)
            finally:
                # Whoever still writes into it is not waited for.
                source.close()
        part, plain = opened.result()
        manifests.same(said.body, part, f"the body of {said.object}")
        if not plain == said.plain_size == amounts.plain:
            raise ManifestError(f"{said.object}: its manifest speaks of another size")
        new.complete()
    return Again(name, raw, Part(size=amounts.sealed, sha256=digest.hexdigest()))


@contextmanager
def _pipe() -> Iterator[tuple[io.FileIO, io.FileIO]]:
    out, into = os.pipe()
    fcntl.fcntl(into, fcntl.F_SETPIPE_SZ, _PIPE)
    with io.FileIO(out, "rb") as source, io.FileIO(into, "wb") as sink:
        yield source, sink
