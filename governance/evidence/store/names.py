"""From what a file calls a model, a data set or a save to the nodes that it can mean.

A name is a place, a hub's name, a relative path, or a path of the machine that wrote it. Where
several are possible all are meant: a claim too many only keeps more.
"""

from __future__ import annotations

import posixpath
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from governance.evidence.claim import hub
from governance.evidence.record import node_of
from governance.evidence.store.scanned import Scanned
from governance.recognise.steps import step_of

MAX_NAME = 1_024
"""Characters; no store takes a longer key."""


def is_name(text: str) -> bool:
    """Can this be the name of anything that is stored?

    Control characters cannot, nor half of a surrogate pair, which JSON can hold and no key.
    """
    if not text or len(text) > MAX_NAME:
        return False
    return not any(
        ord(char) < 32 or "\x7f" <= char < "\xa0" or "\ud800" <= char <= "\udfff" for char in text
    )


@dataclass(frozen=True)
class Name:
    """A name as it stands in a file."""

    text: str
    beside: tuple[str, ...]
    """Folders that a relative path can start from."""

    @property
    def path(self) -> str | None:
        """The path that it is, relative or not; None where it has a scheme or makes no sense."""
        text = self.text.strip()
        return text if is_name(text) and ":" not in text.partition("/")[0] else None


def around(folder: str) -> tuple[str, ...]:
    """Return a folder and those around it, up to the top."""
    found = [folder]
    while folder:
        folder = folder[: folder.rfind("/", 0, -1) + 1]
        found.append(folder)
    return tuple(found[:4])


def nodes_of(names: Sequence[Name], scanned: Scanned) -> list[tuple[str, ...]]:
    """Return, for each name, every node that it can mean; nothing where nobody can say."""
    relative = [list(_relative(name)) for name in names]
    there = scanned.listing.there([key for keys in relative for key in keys])
    found = [[scanned.uri(there[key].root) for key in keys if key in there] for keys in relative]
    lost = {
        index: _tail(name)
        for index, name in enumerate(names)
        if not found[index] and name.path is not None and _tail(name)
    }
    ending = scanned.listing.ending(set(lost.values()))
    for index, name in enumerate(names):
        known = [
            *_outright(name),
            *(scanned.uri(root) for root in ending.get(lost.get(index, ""), ())),
        ]
        found[index] += known
        if not found[index]:
            found[index] += _by_last_part(name)
    return [tuple(dict.fromkeys(nodes)) for nodes in found]


def _relative(name: Name) -> Iterator[str]:
    path = name.path
    if path is None or path.startswith(("/", "~", "$")):
        return
    for folder in name.beside:
        key = posixpath.normpath(folder + path)
        if key not in (".", "/") and not key.startswith(".."):
            yield key


def _outright(name: Name) -> Iterator[str]:
    """What it says by itself: a place, a hub's name, an address."""
    path = name.path
    text = name.text.strip()
    if path is None or path.startswith("/"):
        node = node_of(text) if is_name(text) else None
        if node is not None:
            yield node
    elif not path.startswith(".") and step_of(posixpath.basename(path)) is None:
        node = hub(path.rstrip("/"))
        if node is not None:
            yield node


def _by_last_part(name: Name) -> Iterator[str]:
    """A path of another machine: its own name is what is left of it here."""
    path = name.path
    last = posixpath.basename((path or "").rstrip("/"))
    node = hub(last) if last and step_of(last) is None else None
    if node is not None:
        yield node


def _tail(name: Name) -> str:
    """The last two parts of a path, by which a copy of it is found."""
    parts = [part for part in (name.path or "").split("/") if part not in ("", ".", "..")]
    return "/".join(parts[-2:]) if len(parts) > 1 else ""
