"""What the provider can read although a secret lies behind it: each by an assumption of its own.

An exemption counts only where the repository's register (``evidence/assumptions.yaml``) has the
assumption, so that whoever reads the register reads it too.
"""

import re
from dataclasses import dataclass

from tce.visibility.fields import Field


@dataclass(frozen=True)
class Exemption:
    """A field that may name a secret."""

    file: str
    line: re.Pattern[str]
    assumption: str
    """Id in the register."""
    why: str


EXEMPTIONS: tuple[Exemption, ...] = (
    Exemption(
        "network/vpn/gateway.conf",
        re.compile(r"PostUp = wg set %i private-key /etc/wireguard/[a-z0-9]+\.key"),
        "gateway-disk",
        "the gateway makes its key itself and keeps it on its own disk",
    ),
)


def exemption(field: Field, assumptions: frozenset[str]) -> Exemption | None:
    """The one that a field falls under; None where there is none, or its assumption is not
    registered."""
    for one in EXEMPTIONS:
        if field.file == one.file and one.line.fullmatch(str(field.value)):
            return one if one.assumption in assumptions else None
    return None
