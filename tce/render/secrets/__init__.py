"""``k8s/secrets/`` and ``keys/``: what is fetched from OpenBao, and what is public of keys.

No secret is in this repository, not even an encrypted one: what was ever in Git stays in its
history. Here are names and public certificates.
"""

from collections.abc import Iterator
from typing import TYPE_CHECKING

from tce.render.secrets import keys, reviewer, stores

if TYPE_CHECKING:
    from blueprints.engine.blueprint import File
    from tce.intent.spec import Specification


def files(spec: "Specification") -> "Iterator[File]":
    """Stores, what they read, and the register of public keys."""
    yield from stores.files(spec)
    yield from reviewer.files(spec)
    yield from keys.files(spec)
