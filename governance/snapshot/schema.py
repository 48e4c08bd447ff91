"""The columns of a snapshot: one row per object version, one row per artifact."""

import pyarrow as pa

SNAPSHOT_SCHEMA = "tutela/snapshot/v1"

TIME = pa.timestamp("us", tz="UTC")

LISTED = pa.schema(
    [
        pa.field("key", pa.string(), nullable=False),
        # Null where the store keeps no versions or the right to list them is missing.
        pa.field("version_id", pa.string()),
        pa.field("is_latest", pa.bool_(), nullable=False),
        pa.field("entry", pa.string(), nullable=False),  # governance.artifact.Entry
        pa.field("size", pa.int64(), nullable=False),  # logical bytes
        pa.field("allocated", pa.int64()),  # bytes on disk, POSIX only
        pa.field("modified", TIME),  # null where the source does not say
        # S3 ETag without quotes: an MD5, or "<md5 of md5s>-<parts>" after a multipart upload.
        pa.field("etag", pa.string()),
        pa.field("storage_class", pa.string()),
        pa.field("owner", pa.string()),
        # POSIX: bytes of the file that this row is one more hard link of. Its size and allocated
        # are 0, so that no sum counts the file twice. Null for everything else.
        pa.field("linked", pa.int64()),
    ]
)
"""What a source yields. One source lists one bucket (or one POSIX tree), so the bucket is in the
manifest and not in every row. A POSIX key is relative to the tree's root, `/`-separated; a name
that is not UTF-8 is written with `\\xNN` for each bad byte."""

OBJECTS = pa.schema(
    [
        *LISTED,
        pa.field("artifact", pa.int32(), nullable=False),  # row number in artifacts.parquet
        pa.field("role", pa.string(), nullable=False),  # governance.artifact.Role
    ]
)
"""`objects.parquet`: LISTED plus the one artifact that each row belongs to."""

ARTIFACTS = pa.schema(
    [
        pa.field("artifact", pa.int32(), nullable=False),
        pa.field("id", pa.string(), nullable=False),
        pa.field("bucket", pa.string(), nullable=False),  # POSIX: the tree's absolute path
        pa.field("root", pa.string(), nullable=False),  # "runs/a/checkpoint-10/" or a file's key
        # "" for what the root is; "run", "rest" or "upload:<id>" for what shares its folder.
        pa.field("slot", pa.string(), nullable=False),
        pa.field("uri", pa.string(), nullable=False),
        pa.field("kind", pa.string(), nullable=False),
        pa.field("layout", pa.string(), nullable=False),
        pa.field("parts", pa.list_(pa.string()), nullable=False),  # every layout merged into it
        pa.field("run", pa.string(), nullable=False),  # root that a series of saves shares
        pa.field("step", pa.int64()),
        pa.field("complete", pa.bool_()),
        pa.field("missing", pa.list_(pa.string()), nullable=False),  # named by it, not there
        pa.field("why", pa.string()),  # why complete is null or false, in words
        pa.field("base_model", pa.string()),  # adapters: base_model_name_or_path
        # Of the bytes with role "mixed": null where nothing says how they divide.
        pa.field("mixed_weights", pa.int64()),
        pa.field("mixed_optimizer", pa.int64()),
        pa.field("live", pa.bool_(), nullable=False),  # false: only noncurrent versions are left
    ]
)
"""`artifacts.parquet`. Bytes, counts and times are not here: they are sums over `objects.parquet`,
so that no figure in a report can differ from the listing."""
