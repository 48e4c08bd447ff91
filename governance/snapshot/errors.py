"""What can be wrong with a snapshot, or while one is written."""

from governance.errors import GovernanceError


class SnapshotError(GovernanceError):
    """A snapshot cannot be used as it is."""

    kind = "bad snapshot"


class NewerSnapshotError(SnapshotError):
    """A snapshot was written by a version of tutela that this one does not know."""

    kind = "newer snapshot"


class DiskFullError(GovernanceError):
    """There is no room for the snapshot; nothing of it was left behind."""

    kind = "disk full"


class SnapshotExistsError(SnapshotError):
    """A snapshot of this source at this very second is there already."""

    kind = "snapshot exists"
