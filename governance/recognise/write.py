"""The last step of recognition, in SQL: number the artifacts and write both Parquet files."""

from pathlib import Path

import duckdb

ROW_GROUP = 122_880
MAX_MISSING = 100
"""How many missing files an artifact lists."""


def write_artifacts(
    connection: duckdb.DuckDBPyConnection,
    listed: str,
    out: Path,
    store: str,
    bucket: str,
    base_uri: str,
) -> None:
    """Write `artifacts.parquet` and leave the table `owner (key, artifact, role)`.

    Needs the tables that `cells.split` and the engine made. An artifact without any row is not
    written. Numbers follow (root, slot), so they do not depend on the order of the listing.
    """
    connection.execute(
        """
        CREATE TABLE owned AS
        SELECT dir || names.name AS key, coalesce(n.index, s.index) AS index,
               n.index IS NULL AND s.each AS each, coalesce(n.role, s.role) AS role
        FROM names JOIN folders USING (folder)
        LEFT JOIN by_name n USING (dir, name, live)
        LEFT JOIN by_shape s USING (dir, shape, live)
        """
    )
    connection.execute(
        f"""
        CREATE TABLE absent AS
        SELECT index, list(key ORDER BY key)[1:{MAX_MISSING}] AS keys,
               bool_or(short) AS short
        FROM (
            SELECT named.index, named.key, live IS NOT NULL AS short
            FROM named
            LEFT JOIN (SELECT dir || name AS key, size, live FROM names JOIN folders USING (folder)
                       WHERE live) there ON there.key = named.key
            WHERE there.live IS NULL OR there.size < named.least
                  OR there.size <> coalesce(named.exact, there.size)
        ) GROUP BY index
        """  # noqa: S608 - a number of ours
    )
    connection.execute(
        """
        CREATE TABLE numbered AS
        WITH places AS (
            SELECT DISTINCT index, NULL AS key, NULL AS upload FROM owned WHERE NOT each
            UNION ALL SELECT index, key, NULL FROM owned WHERE each
            UNION ALL SELECT DISTINCT NULL::INTEGER, key, coalesce(version_id, '')
                      FROM read_parquet($listed) WHERE entry = 'upload'
        )
        SELECT (row_number() OVER (ORDER BY root, slot) - 1)::INTEGER AS artifact, *
        FROM (
            SELECT places.index, places.key, upload, coalesce(places.key, a.root) AS root,
                   CASE WHEN upload IS NULL THEN a.slot ELSE 'upload:' || upload END AS slot
            FROM places LEFT JOIN artifact a USING (index)
        )
        """,
        {"listed": listed},
    )
    target = str(out / "artifacts.parquet")
    connection.execute(
        f"""
        COPY (
            SELECT artifact,
                   substr(sha256(sha256($store) || sha256($bucket) || sha256(numbered.root)
                                 || numbered.slot), 1, 24) AS id,
                   $bucket AS bucket, numbered.root, numbered.slot,
                   $base || numbered.root AS uri,
                   coalesce(kind, 'debris') AS kind,
                   coalesce(layout, 'multipart-upload') AS layout,
                   coalesce(parts, ['multipart-upload']) AS parts,
                   coalesce(run, regexp_replace(numbered.root, '[^/]*$', '')) AS run,
                   step,
                   CASE WHEN upload IS NOT NULL THEN false
                        WHEN len(missing) > 0 OR absent.keys IS NOT NULL THEN false
                        WHEN sure THEN true END AS complete,
                   list_distinct(coalesce(missing, []) || coalesce(absent.keys, []))
                       .list_sort()[1:{MAX_MISSING}] AS missing,
                   CASE WHEN upload IS NOT NULL THEN 'a multipart upload that was never completed'
                        WHEN short THEN concat_ws('; ', why, 'a named file has the wrong size')
                        ELSE why END AS why,
                   base_model, mixed_weights, mixed_optimizer,
                   coalesce(live, true) AS live
            FROM numbered LEFT JOIN artifact a USING (index) LEFT JOIN absent USING (index)
            ORDER BY artifact
        ) TO '{_quoted(target)}' (FORMAT parquet, COMPRESSION zstd, ROW_GROUP_SIZE {ROW_GROUP})
        """,  # noqa: S608 - numbers and a path of ours
        {"store": store, "bucket": bucket, "base": base_uri},
    )
    connection.execute(
        """
        CREATE TABLE owner AS
        SELECT owned.key, artifact, role FROM owned JOIN numbered
        ON owned.index = numbered.index AND numbered.key IS NOT DISTINCT FROM
           CASE WHEN each THEN owned.key END
        """
    )


def write_objects(connection: duckdb.DuckDBPyConnection, listed: str, out: Path) -> None:
    """Write `objects.parquet`: every row of the listing with its artifact and role."""
    target = str(out / "objects.parquet")
    connection.execute(
        f"""
        COPY (
            SELECT listed.*, coalesce(owner.artifact, uploads.artifact) AS artifact,
                   coalesce(owner.role, 'other') AS role
            FROM read_parquet($listed) listed
            LEFT JOIN owner ON owner.key = listed.key AND listed.entry <> 'upload'
            LEFT JOIN (SELECT * FROM numbered WHERE upload IS NOT NULL) uploads
                   ON uploads.key = listed.key AND listed.entry = 'upload'
                      AND uploads.upload = coalesce(listed.version_id, '')
        ) TO '{_quoted(target)}' (FORMAT parquet, COMPRESSION zstd, ROW_GROUP_SIZE {ROW_GROUP})
        """,  # noqa: S608 - numbers and a path of ours
        {"listed": listed},
    )


def _quoted(path: str) -> str:
    return path.replace("'", "''")
