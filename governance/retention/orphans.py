"""What no current object accounts for: unfinished uploads, old versions, delete markers."""

from dataclasses import dataclass
from datetime import datetime

import duckdb

from governance.retention.rows import integer, records


@dataclass(frozen=True)
class Orphans:
    """Counts and logical bytes; every field is 0 or None where there is nothing."""

    uploads: int
    uploads_bytes: int
    uploads_oldest: datetime | None
    noncurrent_versions: int
    noncurrent_bytes: int
    delete_markers: int
    deleted_artifacts: int
    """Artifacts of which only old versions are left behind delete markers."""
    deleted_bytes: int

    def as_json(self) -> dict[str, object]:
        """Every field by name; the time in ISO form."""
        oldest = self.uploads_oldest
        return {
            **{name: getattr(self, name) for name in self.__dataclass_fields__},
            "uploads_oldest": oldest.isoformat() if oldest else None,
        }


def orphans(connection: duckdb.DuckDBPyConnection) -> Orphans:
    """Sums over the table `rows`.

    An unfinished upload is an artifact of layout `multipart-upload`; of an artifact's versions
    all but its live objects are noncurrent.
    """
    (row,) = records(
        connection,
        """
        SELECT count(*) FILTER (WHERE bytes_upload > 0 OR layout = 'multipart-upload') AS uploads,
               sum(bytes_upload)::BIGINT AS uploads_bytes,
               min(oldest) FILTER (WHERE layout = 'multipart-upload') AS uploads_oldest,
               sum(versions - objects)::BIGINT AS noncurrent_versions,
               sum(bytes_noncurrent)::BIGINT AS noncurrent_bytes,
               sum(delete_markers)::BIGINT AS delete_markers,
               count(*) FILTER (WHERE NOT live AND layout <> 'multipart-upload')
                   AS deleted_artifacts,
               sum(bytes_noncurrent)
                   FILTER (WHERE NOT live AND layout <> 'multipart-upload')::BIGINT
                   AS deleted_bytes
        FROM rows
        """,
    )
    oldest = row["uploads_oldest"]
    return Orphans(
        uploads_oldest=oldest if isinstance(oldest, datetime) else None,
        **{
            name: integer(row[name])
            for name in Orphans.__dataclass_fields__
            if name != "uploads_oldest"
        },
    )
