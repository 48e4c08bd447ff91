"""Findings and reasons as lines of text that fit."""

import textwrap

from blueprints.display import WIDTH, count, visible


def wrapped(text: str, indent: str = "    ") -> str:
    """Return foreign text made visible, in lines of at most 100 columns; the later ones indented.

    A word that is longer than that, such as a URI, keeps its length: it may be copied.
    """
    lines = textwrap.wrap(
        visible(text),
        WIDTH,
        subsequent_indent=indent,
        break_long_words=False,
        break_on_hyphens=False,
    )
    return "\n".join(lines)


def many(number: int, what: str) -> str:
    """Return `1 rule`, `2 rules`."""
    return f"{count(number)} {what}{'' if number == 1 else 's'}"
