"""Walks through a server's pages so that nothing is lost while others write.

MLflow's page tokens are offsets into a sorted list. If something before the offset is destroyed
meanwhile (`mlflow gc`), the rest moves up and the next page begins too late: one entry would be
missed without a word. So each page is asked for from one entry before: if that is not the last one
of the page before, the list has moved, and it is walked again from the start.
"""

import base64
import json
from collections.abc import Callable, Hashable, Iterator
from typing import TypeVar

from governance.evidence.mlflow.answers import AnswerError

WALKS = 4
"""Attempts at a list that keeps moving."""
SIZES = (1, 4, 16, 128, 1000)
"""Into how many parts a page is cut that is too much for the server."""

T = TypeVar("T")


def walk(
    ask: Callable[[str | None, int], tuple[list[T], str | None]],
    key: Callable[[T], Hashable],
    size: int,
) -> Iterator[T]:
    """Yield every entry of a list once; `ask` takes a page token and how many are wanted.

    Raises AnswerError where a page cannot be had or the list moves at every attempt.
    """
    seen: set[Hashable] = set()
    for _ in range(WALKS):
        token: str | None = None
        last: Hashable = None
        while True:
            rows, following = _page(ask, token, size)
            if last is not None and (not rows or key(rows[0]) != last):
                break
            fresh = rows[1:] if last is not None else rows
            for row in fresh:
                if key(row) not in seen:
                    seen.add(key(row))
                    yield row
            if not following:
                return
            if not fresh or following == token:
                raise AnswerError("its pages have no end", status=200)
            back = one_before(following)
            token, last = (back, key(rows[-1])) if back else (following, None)
    raise AnswerError("the list was changed again and again while it was read", status=200)


def _page(
    ask: Callable[[str | None, int], tuple[list[T], str | None]], token: str | None, size: int
) -> tuple[list[T], str | None]:
    for parts in SIZES:
        try:
            return ask(token, max(size // parts, 2))
        except AnswerError as error:
            if not error.too_much or size // parts <= 2:
                raise
    raise AssertionError  # pragma: no cover - the last size is 2 or less


def one_before(token: str) -> str | None:
    """Return the token for a page that begins one entry earlier.

    None for a token that is no offset: such a one is the server's own mark, which does not move.
    """
    try:
        fields = json.loads(base64.b64decode(token, validate=True))
    except (ValueError, RecursionError):
        return None
    offset = fields.get("offset") if isinstance(fields, dict) else None
    if not isinstance(offset, int) or offset < 1:
        return None
    return base64.b64encode(json.dumps({**fields, "offset": offset - 1}).encode()).decode()
