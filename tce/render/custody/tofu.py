"""``iac/bao/``: the OpenBao side as OpenTofu, for institutions that keep theirs so.

The same for every environment: what it makes is read from ``keys/custody.yaml`` and from the
policies beside it, as ``tutela tce keys apply`` reads them. Its state is encrypted by a passphrase,
never by the OpenBao that it builds. Sources: the provider's documentation (hashicorp/vault 5),
opentofu.org/docs, "State and Plan Encryption".
"""

from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from blueprints.engine.blueprint import File

if TYPE_CHECKING:
    from tce.intent.spec import Specification

FOLDER = "iac/bao"
_TEXTS = Path(__file__).parent / "tofu"


def files(spec: "Specification") -> Iterator[File]:
    """One module."""
    for name, content in _texts():
        yield File(f"{FOLDER}/{name}", content)


@cache
def _texts() -> tuple[tuple[str, bytes], ...]:
    return tuple((one.name, one.read_bytes()) for one in sorted(_TEXTS.glob("*.tf")))
