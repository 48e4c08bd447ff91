"""One mutant: which file, what was done to it, and what it holds afterwards."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Mutant:
    """A repository in which one file is another."""

    operator: str
    """Of `material.OPERATORS`, or one of those that preserve the meaning."""
    file: str
    """Relative to the repository; a file that was not there before is added."""
    content: bytes | None
    """What it holds; None when it is gone."""
    kind: str
    """Of the document that was changed: its Kubernetes kind, or the sort of file."""
    place: str
    """Of the node in the document: `spec/template/spec/containers/0/image`."""
    what: str
    """What was done there, in words."""

    def __str__(self) -> str:
        return f"{self.operator} {self.file} {self.kind} {self.place or '(whole)'}: {self.what}"
