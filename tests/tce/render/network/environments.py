"""Environments that tests of this folder start from, besides the examples."""

from __future__ import annotations

from functools import lru_cache
from typing import Any

from tests.tce.intent.specifications import data


@lru_cache
def without_ipv6() -> dict[str, Any]:
    """What makes of the example one that has IPv4 only."""
    changes: dict[str, Any] = {"ipv6": False}
    _leave_out(data(), "", changes)
    return changes


def _leave_out(value: object, place: str, changes: dict[str, Any]) -> None:
    if isinstance(value, dict):
        for key, item in value.items():
            _leave_out(item, f"{place}/{key}" if place else str(key), changes)
    elif isinstance(value, list):
        kept = [one for one in value if not (isinstance(one, str) and "2001:db8:" in one)]
        if kept != value:
            changes[place] = kept
        for number, item in enumerate(value):
            _leave_out(item, f"{place}/{number}", changes)
