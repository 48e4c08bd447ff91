"""In which order entries stand after a merge."""

from collections.abc import Hashable, Sequence
from typing import TypeVar

Key = TypeVar("Key", bound=Hashable)


def merged_order(base: Sequence[Key], new: Sequence[Key], user: Sequence[Key]) -> list[Key]:
    """All keys of three versions, each once.

    The new version's order, unless the user changed the order of what was there: then the
    user's. What only the other side has comes after what it stands after there. Keys that only
    `base` has come last.
    """
    in_base, in_user = set(base), set(user)
    reordered = [key for key in user if key in in_base] != [key for key in base if key in in_user]
    spine, other = (user, new) if reordered else (new, user)
    order = list(spine)
    known = set(spine)
    for at, key in enumerate(other):
        if key in known:
            continue
        order.insert(order.index(other[at - 1]) + 1 if at else _first(order, other, known), key)
        known.add(key)
    return [*order, *(key for key in base if key not in known)]


def _first(order: Sequence[Key], other: Sequence[Key], known: set[Key]) -> int:
    """Where something that stands first on the other side goes: before what follows it there."""
    return next((order.index(key) for key in other if key in known), len(order))
