"""Amounts of bytes as people write them."""

import re
from decimal import Decimal

_POWERS = {"": 0, "k": 1, "m": 2, "g": 3, "t": 4, "p": 5, "e": 6}
_SIZE = re.compile(r"(\d{1,20}(?:\.\d{1,9})?)\s*(?:([kmgtpe]?)(i?)b?)", re.IGNORECASE)


def parse_size(text: str | int) -> int:
    """Bytes of ``100TB`` (10^12 each), ``1.5 TiB`` (2^40 each) or a plain number of bytes.

    Letters may be upper or lower case and the ``B`` may be left out. Fractions of a byte are cut.
    Raises ValueError for anything else.
    """
    if isinstance(text, int) and not isinstance(text, bool) and text >= 0:
        return text
    match = _SIZE.fullmatch(str(text).strip())
    if match is None or (match[3] and not match[2]):
        raise ValueError("is not an amount of bytes such as 100TB, 1.5 TiB or 5000000")
    base = 1024 if match[3] else 1000
    amount: int = base ** _POWERS[match[2].lower()]
    return int(Decimal(match[1]) * amount)
