"""What merging one file gives: its bytes, or why there are none."""

from dataclasses import dataclass


@dataclass(frozen=True, order=True)
class Conflict:
    """Something that both sides changed, each in its own way."""

    path: str
    """The file, relative to the repository."""
    where: str
    """The place in a YAML file, as ``spec.template.replicas``; "" for the file as a whole."""
    line: int
    """In the user's file, from 1; 0 where there is none."""
    reason: str
    """Lower case, no full stop."""


@dataclass(frozen=True)
class Labels:
    """How the three sides are called in conflict markers."""

    user: str = "yours"
    base: str = "old version"
    new: str = "new version"


@dataclass(frozen=True)
class Merged:
    """One merged file."""

    content: bytes
    """The result; with conflicts: the same with markers in it."""
    conflicts: tuple[Conflict, ...] = ()
