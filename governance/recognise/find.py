"""What a layout says of a folder, and what a layout is."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Protocol

from governance.artifact import Kind, Role
from governance.recognise.folder import Folder
from governance.recognise.reading import Read, Unreadable

Contents = Mapping[str, "bytes | Unreadable"]
"""What was read, by key."""


@dataclass(frozen=True)
class Named:
    """A file that an index, manifest or metadata names: there must be one of at least this size."""

    key: str
    least: int = 1
    """Bytes, inclusive. An empty shard is as bad as a missing one."""
    exact: int | None = None


@dataclass(frozen=True)
class Judgement:
    """What the contents of an artifact add to its names."""

    named: Sequence[Named] = ()
    unsure: str | None = None
    """Why completeness cannot be known; None where it can."""
    base_model: str | None = None
    mixed: tuple[int, int] | None = None
    """(weights, optimizer) bytes within files of role mixed."""
    more: tuple[Read, ...] = ()
    """What to read next, now that the first read says where. Counts as part of the same limit."""
    then: Callable[[Contents], Judgement] | None = field(default=None, compare=False)
    """What `more` adds to this judgement; asked once, with the contents of `more` alone."""


@dataclass(frozen=True)
class Find:
    """One artifact, or one part of a larger one, seen in a folder.

    `files` are the names in this folder that belong to it; None means the whole folder and
    everything below. `shapes` are those (see `cells.split`) of unseen names that belong to it,
    too; `each` are those whose every file is an artifact alone.
    Finds of several folders that have the same root are one artifact.
    """

    layout: str
    kind: Kind
    folder: Folder
    files: frozenset[str] | None = None
    each: frozenset[str] = frozenset()
    shapes: frozenset[str] = frozenset()
    rest: bool = False
    """Beside `files`, whatever nothing else claims in this folder and below belongs to it. A find
    of kind run is then the run itself."""
    sealed: bool = False
    """Nothing below is a part of it, whatever it looks like: a database's own files."""
    alone: bool = False
    """Its own reads say enough: its parts count by their names and are not looked into."""
    run: str | None = None
    """Path of its run, where its folder does not say it."""
    root: str | None = None
    """Key or key prefix that identifies it; the folder's path where None."""
    step: int | None = None
    missing: tuple[str, ...] = ()
    """Keys that the names alone prove to be missing (a gap in `-of-N`, no commit marker)."""
    unsure: str | None = None
    why: str | None = None
    """Words for `missing`, where a key alone does not say it (`no commit marker`)."""
    reads: tuple[Read, ...] = ()
    judge: Callable[[Contents], Judgement] | None = field(default=None, compare=False)
    base_model: str | None = None
    roles: tuple[tuple[str, Role], ...] = ()
    """Rows that go before its layout's table, for files in and below its folder, where other files
    decide: with ZeRO stage 3 the weights are in the optimizer's files."""

    @property
    def place(self) -> str:
        """The root: a folder's path or a file's key."""
        return self.folder.path if self.root is None else self.root

    @property
    def whole(self) -> bool:
        """Does it take its folder and everything below?"""
        return self.files is None and not self.each


class Layout(Protocol):
    """A module in `layouts/`. Adding a layout is one such file, one line in `LAYOUTS`, one test."""

    @property
    def NAME(self) -> str:  # noqa: N802 - a module's constant
        """The layout's name in reports."""

    @property
    def FILES(self) -> str:  # noqa: N802
        """Regular expression (RE2 syntax, whole name, case-sensitive) of names it must see."""

    @property
    def ROLES(self) -> Sequence[tuple[str, Role]]:  # noqa: N802
        """(regular expression, role); the first hit decides.

        Searched in the path below the artifact's root, where every run of digits is written `#`
        and every run of 16 or more hex digits `~`.
        """

    def match(self, folder: Folder) -> Sequence[Find]:
        """What this folder is; its subfolders have been matched before. Nothing: empty."""


def only_in(folder: Folder, names: re.Pattern[str]) -> bool:
    """Do all finds below this folder lie in sub-folders with such names?

    Then they are parts of one save, and not saves of their own beside it.
    """
    return all(
        names.fullmatch(name) is not None
        for name, sub in folder.folders.items()
        if sub.nested or any(find.kind is not Kind.DEBRIS for find in sub.finds)
    )


def holds_saves(folder: Folder, parts: re.Pattern[str]) -> bool:
    """Does a checkpoint lie below this folder, but for sub-folders that are parts of its own save?

    Somebody trained on from `checkpoint-10/` and wrote the new run into it.
    """
    return any(
        find.kind is Kind.CHECKPOINT
        for name, sub in folder.folders.items()
        if (sub.nested or sub.finds) and parts.fullmatch(name) is None
        for one in (sub, *sub.below())
        for find in one.finds
    )


def own(folder: Folder, pattern: re.Pattern[str]) -> frozenset[str] | None:
    """Return None (the whole folder), or only the matching files where artifacts lie below.

    For what may stand at the top of a run: a final model beside `checkpoint-10/`.
    """
    if not folder.nested:
        return None
    return frozenset(name for name in folder.files if pattern.fullmatch(name))
