"""Facts: one row per artifact, every number a sum over the listing.

`build` makes three tables in the connection:

`facts`
    fact BIGINT           number of the row, unique over all listings
    series BIGINT         number of its (store, bucket, run)
    id, bucket, root, slot, uri, kind, layout, parts, run, step, complete, missing, why,
    base_model, live      as in `governance.snapshot.schema.ARTIFACTS`
    snapshot, store, source VARCHAR
    project VARCHAR       of the configuration, 'unknown' where none claims it
    owners VARCHAR[]      of that project, empty where not said
    bytes BIGINT          logical bytes of live (current) versions
    bytes_weights, bytes_optimizer, bytes_other BIGINT    their sum is `bytes`
    bytes_noncurrent, bytes_upload BIGINT
    allocated BIGINT      bytes on disk of live versions, null where the source does not say
    objects BIGINT        live objects
    versions, delete_markers BIGINT   rows of that entry; uploads are in neither
    newest, oldest TIMESTAMPTZ  modification of live versions; where none is live, of all rows
    touched TIMESTAMPTZ   the last change of any kind, deletion markers too: ages count from here;
                          null where any row has no date, or one that no clock can have meant
    touched_us BIGINT     the same in microseconds since 1970
    listing_complete, lower_bound BOOLEAN
    listing_why, versions_why, pins_why VARCHAR   as in `Listing`; null where all is well
    pins VARCHAR[]        ids of every unreleased pin on it, lapsed ones too; sorted

`etags (fact, etag)`: a view of the MD5 that a store gives for an object, read when it is needed.

`pins (pin, id, by, reason, until_us, words)` and `pinned (fact, pin)`: the unreleased pins, those
without an end first, then the latest end first; and which artifacts they protect.

All times are UTC. Text from buckets is raw: show it through `blueprints.display`.
"""

from collections.abc import Mapping, Sequence

import duckdb

from governance.decide.engine import make_room, parquet, quote
from governance.decide.listings import Listing
from governance.decide.pins import mark_pinned
from governance.decide.projects import owners_of, project_of
from governance.pin.record import Pin
from governance.workspace.config import ProjectConfig

EARLIEST_US = 631_152_000_000_000
"""1990-01-01. A modification time before it (tools write 1970 for "unknown") is no date."""
LATEST_US = 253_402_300_799_000_000
"""9999-12-31: the last day that every program can print."""
MOST_BYTES = 9_223_372_036_854_775_807
PART = 200_000
"""Artifacts that are summed up at once."""

_TEXT_NULL = "CAST(NULL AS VARCHAR)"


def build(
    connection: duckdb.DuckDBPyConnection,
    listings: Sequence[Listing],
    *,
    projects: Mapping[str, ProjectConfig] | None = None,
    pins: Sequence[Pin] = (),
) -> None:
    """Make the tables `facts`, `pins` and `pinned`; `listings` must not overlap.

    Sums are kept below 2^63 and dates within 1990 to 9999, so that no hostile number in a listing
    can stop a report.
    """
    connection.execute(_CREATE)
    _owners(connection, projects or {})
    project = project_of(projects or {}, "a.uri")
    sizes = [_artifacts(connection, listing) for listing in listings]
    make_room(connection, sum(sizes))
    for number, (listing, size) in enumerate(zip(listings, sizes, strict=True)):
        _add(connection, number, listing, size, project)
    _etags(connection, listings)
    mark_pinned(connection, pins)


def _owners(connection: duckdb.DuckDBPyConnection, projects: Mapping[str, ProjectConfig]) -> None:
    connection.execute("CREATE OR REPLACE TEMP TABLE owners (project VARCHAR, owners VARCHAR[])")
    rows = owners_of(projects)
    if rows:
        connection.executemany("INSERT INTO owners VALUES (?, ?)", rows)


def _artifacts(connection: duckdb.DuckDBPyConnection, listing: Listing) -> int:
    """How many numbers of artifacts there are; known from the file's footer."""
    found = connection.execute(
        "SELECT coalesce(max(artifact) + 1, 0) FROM read_parquet($artifacts)",
        {"artifacts": parquet(listing.artifacts)},
    ).fetchone()
    return int(found[0]) if found else 0


def _add(
    connection: duckdb.DuckDBPyConnection,
    number: int,
    listing: Listing,
    artifacts: int,
    project: str,
) -> None:
    files = {"objects": parquet(listing.objects), "artifacts": parquet(listing.artifacts)}
    connection.execute(
        "INSERT INTO series SELECT row_number() OVER () + (SELECT count(*) FROM series),"
        " store, bucket, run FROM (SELECT DISTINCT $store AS store, bucket, run"
        " FROM read_parquet($artifacts))"
        " ANTI JOIN series USING (store, bucket, run)",
        {"artifacts": files["artifacts"], "store": listing.store},
    )
    statement = _INSERT.format(
        project=project,
        first=number << 32,
        snapshot=quote(listing.snapshot),
        store=quote(listing.store),
        source=quote(listing.source),
        complete=listing.incomplete is None,
        lower_bound=listing.lower_bound,
        listing_why=_text(listing.incomplete),
        versions_why=_text(listing.versions_unknown),
        pins_why=_text(listing.pins_unknown),
    )
    # A part at a time: the sums of a cache with millions of blobs would not fit in memory.
    for low in range(0, artifacts, PART):
        connection.execute(statement, {**files, "low": low, "high": low + PART})


def _etags(connection: duckdb.DuckDBPyConnection, listings: Sequence[Listing]) -> None:
    """Make the view `etags`: content digests of objects as stores give them; read when asked."""
    selects = [
        f"SELECT {number << 32} + artifact AS fact, etag"
        f" FROM read_parquet({quote(parquet(listing.objects))})"
        for number, listing in enumerate(listings)
    ] or ["SELECT CAST(0 AS BIGINT) AS fact, '' AS etag WHERE 1 = 0"]
    # Only an ETag without a dash is an MD5 of the content.
    connection.execute(
        "CREATE OR REPLACE TEMP VIEW etags AS SELECT fact, etag FROM ("
        + " UNION ALL ".join(selects)
        + ") WHERE length(etag) = 32"
    )


def _text(text: str | None) -> str:
    return _TEXT_NULL if text is None else quote(text)


_CREATE = """
CREATE OR REPLACE TEMP TABLE series (series BIGINT, store VARCHAR, bucket VARCHAR, run VARCHAR);
CREATE OR REPLACE TEMP TABLE facts (
    fact BIGINT, series BIGINT, snapshot VARCHAR, store VARCHAR, source VARCHAR,
    id VARCHAR, bucket VARCHAR, root VARCHAR, slot VARCHAR, uri VARCHAR,
    kind VARCHAR, layout VARCHAR, parts VARCHAR[], run VARCHAR, step BIGINT,
    complete BOOLEAN, missing VARCHAR[], why VARCHAR, base_model VARCHAR, live BOOLEAN,
    project VARCHAR, owners VARCHAR[],
    bytes BIGINT, bytes_weights BIGINT, bytes_optimizer BIGINT, bytes_other BIGINT,
    bytes_noncurrent BIGINT, bytes_upload BIGINT, allocated BIGINT,
    objects BIGINT, versions BIGINT, delete_markers BIGINT,
    newest TIMESTAMPTZ, oldest TIMESTAMPTZ, touched TIMESTAMPTZ, touched_us BIGINT,
    listing_complete BOOLEAN, lower_bound BOOLEAN,
    listing_why VARCHAR, versions_why VARCHAR, pins_why VARCHAR, pins VARCHAR[]
)
"""

# One pass over the objects, grouped by an integer: text columns are only ever compared.
_SUMS = """
SELECT artifact,
       SUM(live) AS bytes,
       SUM(CASE WHEN role = 'weights' THEN live END) AS weights,
       SUM(CASE WHEN role = 'optimizer' THEN live END) AS optimizer,
       SUM(CASE WHEN role = 'mixed' THEN live END) AS mixed,
       SUM(CASE WHEN is_version AND live IS NULL THEN size END) AS noncurrent,
       SUM(CASE WHEN is_upload THEN size END) AS upload,
       SUM(CASE WHEN live IS NOT NULL THEN allocated END) AS allocated,
       COUNT(live) AS objects,
       COUNT(CASE WHEN is_version THEN 1 END) AS versions,
       COUNT(CASE WHEN NOT is_version AND NOT is_upload THEN 1 END) AS delete_markers,
       epoch_us(MAX(CASE WHEN live IS NOT NULL THEN modified END)) AS newest,
       epoch_us(MIN(CASE WHEN live IS NOT NULL THEN modified END)) AS oldest,
       epoch_us(MAX(modified)) AS last,
       epoch_us(MIN(modified)) AS first,
       COUNT(*) - COUNT(modified) AS undated
FROM (
    SELECT artifact, size, allocated, modified, role, is_version, is_upload,
           CASE WHEN is_version AND is_latest THEN size END AS live
    FROM (
        SELECT artifact, size, allocated, modified, role, is_latest,
               entry = 'version' AS is_version, entry = 'upload' AS is_upload
        FROM read_parquet($objects)
        WHERE artifact >= $low AND artifact < $high
    ) AS rows
) AS rows
GROUP BY artifact
"""


def _bounded(amount: str) -> str:
    return f"CAST(greatest(least(coalesce({amount}, 0), {MOST_BYTES}), 0) AS BIGINT)"


def _date(micros: str) -> str:
    return (
        f"CASE WHEN {micros} >= {EARLIEST_US}"
        f" THEN make_timestamptz(least({micros}, {LATEST_US})) END"
    )


# What an artifact's own metadata says of its mixed files is believed only as far as it adds up.
_INSERT = f"""
INSERT INTO facts BY NAME
WITH sums AS ({_SUMS}),
known AS (
    SELECT a.*, sums.* EXCLUDE (artifact), ({{project}}) AS project,
           {_bounded("sums.bytes")} AS live_bytes,
           {_bounded("mixed")} AS mixed_bytes,
           least({_bounded("mixed_weights")}, {_bounded("mixed")}) AS weights_in_mixed
    FROM read_parquet($artifacts) a LEFT JOIN sums ON sums.artifact = a.artifact
    WHERE a.artifact >= $low AND a.artifact < $high
),
split AS (
    SELECT known.*,
           least({_bounded("weights")} + weights_in_mixed, live_bytes) AS all_weights,
           {_bounded("optimizer")} + least(
               {_bounded("mixed_optimizer")}, mixed_bytes - weights_in_mixed
           ) AS all_optimizer
    FROM known
)
SELECT {{first}} + a.artifact AS fact, series.series,
       {{snapshot}} AS snapshot, {{store}} AS store, {{source}} AS source,
       a.id, a.bucket, a.root, a.slot, a.uri, a.kind, a.layout, a.parts, a.run, a.step,
       a.complete, a.missing, a.why, a.base_model, a.live,
       a.project, coalesce(owners.owners, CAST([] AS VARCHAR[])) AS owners,
       live_bytes AS bytes, all_weights AS bytes_weights,
       least(all_optimizer, live_bytes - all_weights) AS bytes_optimizer,
       live_bytes - all_weights - least(all_optimizer, live_bytes - all_weights) AS bytes_other,
       {_bounded("noncurrent")} AS bytes_noncurrent, {_bounded("upload")} AS bytes_upload,
       CASE WHEN allocated IS NOT NULL THEN {_bounded("allocated")} END AS allocated,
       coalesce(objects, 0) AS objects, coalesce(versions, 0) AS versions,
       coalesce(delete_markers, 0) AS delete_markers,
       {_date("coalesce(newest, last)")} AS newest,
       {_date("coalesce(oldest, first)")} AS oldest,
       CASE WHEN undated = 0 THEN {_date("last")} END AS touched,
       CASE WHEN undated = 0 AND last >= {EARLIEST_US} THEN least(last, {LATEST_US}) END
           AS touched_us,
       {{complete}} AS listing_complete, {{lower_bound}} AS lower_bound,
       {{listing_why}} AS listing_why, {{versions_why}} AS versions_why,
       {{pins_why}} AS pins_why, CAST([] AS VARCHAR[]) AS pins
FROM split a
JOIN series ON series.store = {{store}} AND series.bucket = a.bucket AND series.run = a.run
LEFT JOIN owners ON owners.project = a.project
"""
