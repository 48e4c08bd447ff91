"""The institution's authority, as objects of Kubernetes have it."""

import base64
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tce.intent.spec import Bao


def bundle(bao: "Bao") -> dict[str, str]:
    """``caBundle``: base64 of PEM; nothing where systems know who signed OpenBao's certificate."""
    return {"caBundle": base64.b64encode(bao.ca.encode()).decode()} if bao.ca else {}
