"""What no current object accounts for: unfinished uploads, old versions, delete markers."""
# ruff: noqa: S608 - statements are made of this package's own text; foreign text is a parameter
# or passes governance.decide.engine.quote.

from dataclasses import dataclass
from datetime import datetime

import duckdb

from governance.retention.rows import integer, records, total


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
        f"""
        SELECT count(*) FILTER (WHERE bytes_upload > 0 OR layout = 'multipart-upload') AS uploads,
               {total("bytes_upload")} AS uploads_bytes,
               min(oldest) FILTER (WHERE layout = 'multipart-upload') AS uploads_oldest,
               {total("versions - objects")} AS noncurrent_versions,
               {total("bytes_noncurrent")} AS noncurrent_bytes,
               {total("delete_markers")} AS delete_markers,
               count(*) FILTER (WHERE NOT live AND layout <> 'multipart-upload')
                   AS deleted_artifacts,
               {
            total("CASE WHEN NOT live AND layout <> 'multipart-upload' THEN bytes_noncurrent END")
        } AS deleted_bytes
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
