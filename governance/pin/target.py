"""Finds what somebody wants to pin: one artifact, or a prefix with all that lies under it."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass

from blueprints.display import shorten, visible
from governance.artifact import ArtifactId
from governance.decide.engine import connect, parquet, quote
from governance.retention.contents import read_contents
from governance.retention.find import NoSuchArtifactError, find
from governance.retention.rows import Row, integer, records
from governance.snapshot.reader import Snapshot


@dataclass(frozen=True)
class Target:
    """What a pin is to name. The URI is foreign and raw."""

    artifact: ArtifactId
    uri: str
    snapshot: Snapshot
    artifacts: int
    """How many artifacts it takes in."""


def find_target(snapshots: Sequence[Snapshot], name: str) -> Target:
    """Return what an id, the beginning of one, or a URI means in these snapshots.

    A URI is an artifact's root, else a prefix that artifacts lie under, else something inside of
    an artifact. Raises NoSuchArtifactError and AmbiguousArtifactError.
    """
    if not snapshots:
        raise NoSuchArtifactError("nothing was scanned", "tutela catalog scan SOURCE")
    connection = connect()
    try:
        # Ids and roots are enough: nothing is summed, so that a pin takes no time.
        selects = map(_select, range(len(snapshots)), snapshots)
        connection.execute("CREATE TEMP VIEW facts AS " + " UNION ALL ".join(selects))
        read_contents(connection, snapshots)
        below = _below(name)
        if below is not None:
            found = records(connection, *_exact(name))
            inside = records(connection, *below)
            if not found and inside:
                return _prefix(snapshots, name, inside)
        fact = find(connection, name)
        row = records(connection, "SELECT id, uri FROM facts WHERE fact = $1", [fact])[0]
        return Target(ArtifactId(str(row["id"])), str(row["uri"]), snapshots[fact >> 32], 1)
    finally:
        connection.close()


def _select(number: int, snapshot: Snapshot) -> str:
    return (
        f"SELECT {number << 32} + artifact AS fact, id, uri, slot, root"  # noqa: S608 - quoted
        f" FROM read_parquet({quote(parquet(snapshot.artifacts))})"
    )


def _exact(uri: str) -> tuple[str, list[object]]:
    base = uri.rstrip("/")
    return "SELECT fact FROM facts WHERE uri IN ($1, $2, $3) LIMIT 1", [uri, base, base + "/"]


def _below(name: str) -> tuple[str, list[object]] | None:
    if "://" not in name:
        return None
    base = name.rstrip("/")
    query = (
        "SELECT min(fact) AS fact, count(*) AS artifacts, any_value(uri) AS uri,"
        " any_value(root) AS root FROM facts WHERE uri >= $1 AND uri < $2 HAVING count(*) > 0"
    )
    return query, [base + "/", base + "0"]


def _prefix(snapshots: Sequence[Snapshot], name: str, inside: Sequence[Row]) -> Target:
    row = inside[0]
    snapshot = snapshots[integer(row["fact"]) >> 32]
    uri, root = str(row["uri"]), str(row["root"])
    base = uri[: len(uri) - len(root)]
    prefix = name.rstrip("/") + "/"
    if not prefix.startswith(base):
        raise NoSuchArtifactError(
            f"{shorten(visible(name), 200)} is wider than what was scanned",
            f"pin what lies in {visible(base)}",
        )
    manifest = snapshot.manifest
    artifact = _artifact_id(manifest.store.identity, manifest.bucket, prefix[len(base) :])
    return Target(artifact, prefix, snapshot, integer(row["artifacts"]))


def _artifact_id(store: str, bucket: str, root: str) -> ArtifactId:
    """Return the id that an artifact with this root would have."""
    text = "".join(hashlib.sha256(part.encode()).hexdigest() for part in (store, bucket, root))
    return ArtifactId(hashlib.sha256(text.encode()).hexdigest()[:24])
