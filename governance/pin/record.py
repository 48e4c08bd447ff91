"""A pin: the signed-off word of a person that something must stay, and how it is written down.

Records are found in buckets, so they are hostile: whatever is wrong with one, it can only keep
more. A pin that cannot be read keeps the artifact that its path names; a release that cannot be
read releases nothing.
"""

from dataclasses import dataclass
from datetime import datetime

from governance.artifact import ArtifactId


@dataclass(frozen=True)
class Pin:
    """One unreleased pin."""

    id: str
    store: str
    """Identity of the store it lies in; "file" for POSIX trees."""
    artifact: ArtifactId | None
    """What the record's path names."""
    uri: str | None
    """Root of what was pinned; None where the record could not be read."""
    by: str
    reason: str
    at: datetime | None
    until: datetime | None = None
    """The first moment at which it keeps nothing any more; None: until it is released."""
    also: ArtifactId | None = None
    """What the record itself names, where that differs from its path."""
    problem: str | None = None
    """What is wrong with the record, in words; it keeps all the same."""
