"""Amounts of Kubernetes resources: ``500m``, ``4Gi``, ``1e3``.

Source: https://kubernetes.io/docs/reference/kubernetes-api/common-definitions/quantity/
"""

import re
from fractions import Fraction

_FORM = re.compile(
    r"([+-]?[0-9]+(?:\.[0-9]*)?|[+-]?\.[0-9]+)(Ki|Mi|Gi|Ti|Pi|Ei|[numkMGTPE]|[eE][+-]?[0-9]{1,3})?"
)
_BINARY = {
    unit: Fraction(1024 ** (place + 1))
    for place, unit in enumerate(("Ki", "Mi", "Gi", "Ti", "Pi", "Ei"))
}
_DECIMAL = {
    "n": Fraction(1, 10**9),
    "u": Fraction(1, 10**6),
    "m": Fraction(1, 1000),
    "k": Fraction(10**3),
    "M": Fraction(10**6),
    "G": Fraction(10**9),
    "T": Fraction(10**12),
    "P": Fraction(10**15),
    "E": Fraction(10**18),
}
_SCALE = _BINARY | _DECIMAL


def quantity(value: object) -> Fraction | None:
    """The exact amount in base units (cores, bytes, pieces), or None for what is not one."""
    if isinstance(value, bool):
        return None
    if isinstance(value, int | float):
        value = repr(value)
    if not isinstance(value, str):
        return None
    form = _FORM.fullmatch(value)
    if form is None:
        return None
    amount, unit = Fraction(form[1] if form[1][-1] != "." else form[1][:-1]), form[2]
    if unit is None:
        return amount
    if unit in _SCALE:
        return amount * _SCALE[unit]
    return amount * Fraction(10) ** int(unit[1:])
