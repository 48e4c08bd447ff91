"""Writes a synthetic snapshot: as many object rows as asked, in checkpoints of runs.

python -m bench.snapshot --rows 10000000 --out DIR/.tutela/snapshots

80 files per checkpoint, 50 checkpoints per run, two noncurrent versions and a delete marker in
every thousand rows. The same seed gives the same rows. DuckDB makes them, so that ten million take
seconds and no Python loop.
"""

import argparse
from datetime import UTC, datetime
from pathlib import Path

import duckdb

from governance.snapshot.manifest import (
    ARTIFACTS,
    MANIFEST,
    OBJECTS,
    Bytes,
    Counts,
    Manifest,
    StoreRecord,
    canonical,
    digest_of,
    snapshot_id,
)

FILES = 80
SAVES = 50
SOURCE = "s3://synthetic/"
NOW = datetime(2026, 11, 22, tzinfo=UTC)
ROW_GROUP = 122_880

_STEP = "(1000 * (1 + artifact % {saves}))"
_ROOT = "printf('projects/p%03d/run-%06d/checkpoint-%d/', run % 40, run, {step})"

_OBJECTS = """
COPY (
    SELECT root || CASE WHEN file < 32 THEN printf('model-%05d-of-00032.safetensors', file + 1)
                        WHEN file < 64 THEN printf('global_step%d/optim_%02d.pt', file, file)
                        ELSE printf('extra-%02d.json', file) END AS key,
           CAST(NULL AS VARCHAR) AS version_id,
           row % 1000 < 998 AS is_latest,
           CASE WHEN row % 1000 = 997 THEN 'delete_marker' ELSE 'version' END AS entry,
           CASE WHEN row % 1000 = 997 THEN 0
                WHEN file < 64 THEN 1000000000 + CAST(hash(row, {seed}) % 4000000000 AS BIGINT)
                ELSE CAST(hash(row, {seed}) % 20000 AS BIGINT) END AS size,
           CAST(NULL AS BIGINT) AS allocated,
           TIMESTAMPTZ '{now}' - to_days(CAST(hash(run, {seed}) % 900 AS INTEGER))
               - to_seconds(CAST(60 * ({saves} - artifact % {saves}) * 60 AS BIGINT))
               + to_seconds(CAST(file AS BIGINT)) AS modified,
           md5(CAST(row AS VARCHAR)) AS etag,
           'STANDARD' AS storage_class, CAST(NULL AS VARCHAR) AS owner,
           CAST(NULL AS BIGINT) AS linked,
           CAST(artifact AS INTEGER) AS artifact,
           CASE WHEN file < 32 THEN 'weights' WHEN file < 64 THEN 'optimizer' ELSE 'other' END
               AS role
    FROM (SELECT *, {root} AS root FROM (
        SELECT range AS row, range // {files} AS artifact, range % {files} AS file,
               range // {files} // {saves} AS run FROM range({rows})))
    ORDER BY row
) TO '{out}' (FORMAT parquet, COMPRESSION zstd, ROW_GROUP_SIZE {row_group})
"""

_ARTIFACTS = """
COPY (
    SELECT CAST(artifact AS INTEGER) AS artifact, substr(sha256(root), 1, 24) AS id,
           'synthetic' AS bucket, root, '' AS slot, 's3://synthetic/' || root AS uri,
           'checkpoint' AS kind, 'hf-trainer' AS layout, ['hf-model', 'hf-trainer'] AS parts,
           printf('projects/p%03d/run-%06d/', run % 40, run) AS run,
           CAST({step} AS BIGINT) AS step,
           CASE hash(artifact, {seed}) % 20 WHEN 0 THEN FALSE WHEN 1 THEN NULL ELSE TRUE END
               AS complete,
           CAST([] AS VARCHAR[]) AS missing, CAST(NULL AS VARCHAR) AS why,
           CAST(NULL AS VARCHAR) AS base_model, CAST(NULL AS BIGINT) AS mixed_weights,
           CAST(NULL AS BIGINT) AS mixed_optimizer, TRUE AS live
    FROM (SELECT *, {root} AS root FROM (
        SELECT range AS artifact, range // {saves} AS run FROM range({artifacts})))
    ORDER BY artifact
) TO '{out}' (FORMAT parquet, COMPRESSION zstd, ROW_GROUP_SIZE {row_group})
"""


def write(
    folder: Path, rows: int, *, seed: int = 1, files: int = FILES, saves: int = SAVES
) -> Path:
    """Write one snapshot of `rows` objects into `folder/<id>/`; returns that folder."""
    out = folder / snapshot_id(NOW, "synthetic", SOURCE)
    out.mkdir(parents=True, exist_ok=True)
    artifacts = -(-rows // files)
    step = _STEP.format(saves=saves)
    values = {
        "rows": rows,
        "files": files,
        "saves": saves,
        "artifacts": artifacts,
        "seed": seed,
        "step": step,
        "root": _ROOT.format(step=step),
        "now": NOW.isoformat(),
        "row_group": ROW_GROUP,
    }
    with duckdb.connect(config={"threads": 2, "memory_limit": "2GB"}) as connection:
        connection.execute("SET TimeZone = 'UTC'")
        connection.execute(_OBJECTS.format(out=out / OBJECTS, **values))
        connection.execute(_ARTIFACTS.format(out=out / ARTIFACTS, **values))
        markers, live, old = connection.execute(
            "SELECT count(*) FILTER (entry = 'delete_marker'),"
            " sum(size) FILTER (is_latest), coalesce(sum(size) FILTER (NOT is_latest), 0)"
            " FROM read_parquet(?)",
            [str(out / OBJECTS)],
        ).fetchone() or (0, 0, 0)
    manifest = Manifest(
        id=out.name,
        source=SOURCE,
        store=StoreRecord(identity="synthetic"),
        bucket="synthetic",
        started=NOW,
        finished=NOW,
        tool_version="bench",
        complete=True,
        versions="all",
        uploads="listed",
        lower_bound=False,
        counts=Counts(
            rows=rows, versions=rows - markers, delete_markers=markers, artifacts=artifacts
        ),
        bytes=Bytes(live=int(live), noncurrent=int(old)),
        files={name: digest_of(out / name) for name in (OBJECTS, ARTIFACTS)},
    )
    (out / MANIFEST).write_bytes(canonical(manifest.sealed().as_json()))
    return out


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description="Write a synthetic snapshot.")
    parser.add_argument("--rows", type=int, default=10_000_000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--out", type=Path, required=True, help="the snapshots folder")
    asked = parser.parse_args()
    print(write(asked.out, asked.rows, seed=asked.seed))
