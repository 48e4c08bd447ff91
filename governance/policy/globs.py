"""Patterns of a policy: `*` is any text, `/` included; `?` is any one character.

As a prefix, a pattern that does not end in `/` or `*` ends where a name ends: `runs/a` is
`runs/a` and everything under `runs/a/`, but not `runs/ab`.
"""

from functools import cache

ESCAPE = "!"
"""Of LIKE. Not a backslash: engines disagree on what that means inside a string literal."""


def like(glob: str) -> str:
    """Return the LIKE pattern (with ESCAPE '!') that matches what the glob matches."""
    escaped = (f"{ESCAPE}{char}" if char in f"%_{ESCAPE}" else char for char in glob)
    return "".join(escaped).replace("*", "%").replace("?", "_")


def under(prefix: str) -> tuple[str, ...]:
    """Return the globs, one of which matches everything that a prefix means."""
    if prefix.endswith("*"):
        return (prefix,)
    if prefix.endswith("/"):
        return (f"{prefix}*",)
    return (prefix, f"{prefix}/*")


def is_literal(glob: str) -> bool:
    """Say whether it matches one text only."""
    return "*" not in glob and "?" not in glob


def overlaps(one: str, other: str) -> bool:
    """Say whether some text matches both globs. Exact."""

    @cache
    def meet(i: int, j: int) -> bool:
        if i == len(one) and j == len(other):
            return True
        if i < len(one) and one[i] == "*":
            return meet(i + 1, j) or (j < len(other) and meet(i, j + 1))
        if j < len(other) and other[j] == "*":
            return meet(i, j + 1) or (i < len(one) and meet(i + 1, j))
        if i == len(one) or j == len(other):
            return False
        same = one[i] == other[j] or "?" in (one[i], other[j])
        return same and meet(i + 1, j + 1)

    return meet(0, 0)


def covers(wide: str, narrow: str) -> bool:
    """Say whether everything that `narrow` matches is matched by `wide`.

    True is certain; False may also mean that it was too hard to see.
    """

    @cache
    def inside(i: int, j: int) -> bool:
        if i == len(wide):
            return j == len(narrow)
        if wide[i] == "*":
            return inside(i + 1, j) or (j < len(narrow) and inside(i, j + 1))
        if j == len(narrow) or narrow[j] == "*":
            return False
        same = wide[i] == narrow[j] or wide[i] == "?"
        return same and inside(i + 1, j + 1)

    return inside(0, 0)
