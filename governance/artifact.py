"""The words of this room: what an artifact is, which part of it a file is, what was decided."""

from enum import StrEnum
from typing import NewType

ArtifactId = NewType("ArtifactId", str)
"""24 hex digits that depend on store, bucket and root, never on content."""


class Kind(StrEnum):
    """What an artifact is."""

    CHECKPOINT = "checkpoint"
    MODEL = "model"
    ADAPTER = "adapter"
    DATASET = "dataset"
    RUN = "run"
    """Run-level files (trackers, logs) that outlive every checkpoint of the run."""
    BLOB = "blob"
    """One object of a content-addressed store (DVC cache, hub cache)."""
    DEBRIS = "debris"
    """What an interrupted program left behind: temporary files, unfinished uploads."""
    UNKNOWN = "unknown"


class Role(StrEnum):
    """Which part of an artifact one file is."""

    WEIGHTS = "weights"
    OPTIMIZER = "optimizer"
    MIXED = "mixed"
    """Weights and optimizer state in one file (torch DCP); split by what its metadata says."""
    OTHER = "other"


class Entry(StrEnum):
    """What one row of a listing is."""

    VERSION = "version"
    DELETE_MARKER = "delete_marker"
    UPLOAD = "upload"
    """An unfinished multipart upload; its size is the sum of the parts listed so far."""


class Verdict(StrEnum):
    """What the policy says of an artifact. There are only two: what is not expired is kept."""

    KEEP = "keep"
    EXPIRE = "expire"
