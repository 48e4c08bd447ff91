"""``keys/`` and ``iac/bao/``: what OpenBao is brought to, and who answers for keys."""

from collections.abc import Iterator
from typing import TYPE_CHECKING

from tce.render.custody import custody, officers, policies, server, tofu, window

if TYPE_CHECKING:
    from blueprints.engine.blueprint import File
    from tce.intent.spec import Specification


def files(spec: "Specification") -> "Iterator[File]":
    """All of them, from one value."""
    yield from custody.files(spec)
    yield from policies.files(spec)
    yield from officers.files(spec)
    yield from server.files(spec)
    yield from window.files(spec)
    yield from tofu.files(spec)
