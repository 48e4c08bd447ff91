"""``k8s/pki/``: certificates of services, signed by OpenBao under the institution's authority."""

from collections.abc import Iterator
from typing import TYPE_CHECKING

from tce.render.pki import issuers

if TYPE_CHECKING:
    from blueprints.engine.blueprint import File
    from tce.intent.spec import Specification


def files(spec: "Specification") -> "Iterator[File]":
    """Issuers and certificates."""
    yield from issuers.files(spec)
