"""A difference between what is declared and what OpenBao holds, and how it is made right."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Literal

from tce.custody.api import Fields
from tce.keys.bao.client import Bao
from tce.keys.bao.errors import MissingError

State = Literal["missing", "differs", "refused", "left"]


@dataclass(frozen=True)
class Change:
    """One difference."""

    what: str
    """A kind and a path: ``policy tce-hospital-kms``."""
    state: State
    """``missing`` and ``differs`` are made right by ``do``; ``refused`` cannot be made right
    without losing something; ``left`` is for people, or for another system."""
    detail: str = ""
    do: Callable[[], None] | None = field(default=None, repr=False)


def differing(wanted: Fields, found: Mapping[str, object]) -> list[str]:
    """Return the names of fields that are not as wanted; lists are compared without their order.

    A field that OpenBao does not give back differs only where something else than nothing is
    wanted.
    """
    return [name for name, value in wanted.items() if not _same(value, found.get(name))]


def fields(
    bao: Bao, what: str, path: str, wanted: Fields, *, write: Fields | None = None
) -> Iterator[Change]:
    """Yield the change that brings what lies at `path` to `wanted`, if it needs one.

    Raises:
        BaoError: it cannot be read.
    """
    said = dict(wanted if write is None else write)
    try:
        found = bao.read(path)["data"]
    except MissingError:
        yield Change(what, "missing", do=lambda: _write(bao, path, said))
        return
    wrong = differing(wanted, found)
    if wrong:
        yield Change(what, "differs", ", ".join(wrong), lambda: _write(bao, path, said))


def _write(bao: Bao, path: str, said: Mapping[str, object]) -> None:
    bao.write(path, said)


def _same(wanted: object, found: object) -> bool:
    if isinstance(wanted, list):
        return sorted(wanted) == sorted(found if isinstance(found, list) else [])
    if isinstance(wanted, bool):
        return wanted is bool(found)
    if isinstance(wanted, int):
        return wanted == (found if isinstance(found, int) else 0)
    return wanted == (found or "")
