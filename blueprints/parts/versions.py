"""Versions as they follow each other: SemVer 2.0 (section 11), and RKE2's releases of Kubernetes.

RKE2 marks its own releases of one Kubernetes in what SemVer calls build metadata
(``v1.33.5+rke2r2``) and does not order; here it is ordered.
"""

import re

_VERSION = re.compile(
    r"v?(\d+)\.(\d+)\.(\d+)(?:-(?P<pre>[0-9A-Za-z.-]+))?(?:\+(?P<build>[0-9A-Za-z.-]+))?"
)
_NUMBERS = re.compile(r"\d+")

Key = tuple[int, int, int, bool, tuple[tuple[bool, int, str], ...], tuple[int, ...]]


def key(version: str) -> Key:
    """What versions sort by; raises ValueError for what is none."""
    found = _VERSION.fullmatch(version)
    if found is None:
        raise ValueError(f"{version} is no version such as 1.2.3")
    major, minor, patch = (int(found[number]) for number in (1, 2, 3))
    pre = tuple(_part(part) for part in (found["pre"] or "").split(".") if part)
    build = tuple(int(one) for one in _NUMBERS.findall(found["build"] or ""))
    return major, minor, patch, not pre, pre, build


def _part(part: str) -> tuple[bool, int, str]:
    """Numbers come before words, and by their value."""
    return (False, int(part), "") if part.isdecimal() else (True, 0, part)
