from datetime import UTC, datetime
from pathlib import Path

from governance.decide.listings import Listing
from governance.snapshot.manifest import Bytes, Counts, Gap, Manifest, StoreRecord
from governance.snapshot.reader import Snapshot

MOMENT = datetime(2026, 11, 22, tzinfo=UTC)


def snapshot(**fields: object) -> Snapshot:
    values: dict[str, object] = {
        "id": "20261122T000000Z-abcdef",
        "source": "s3://lab/",
        "store": StoreRecord(identity="aws"),
        "bucket": "lab",
        "started": MOMENT,
        "finished": MOMENT,
        "tool_version": "1",
        "complete": True,
        "versions": "all",
        "uploads": "listed",
        "lower_bound": False,
        "counts": Counts(),
        "bytes": Bytes(),
        "files": {},
        **fields,
    }
    return Snapshot(Path("/snapshots/x"), Manifest.model_validate(values))


def test_a_whole_listing_has_nothing_to_say_against_it() -> None:
    listing = Listing.of(snapshot())
    assert (listing.incomplete, listing.versions_unknown, listing.pins_unknown) == (None,) * 3
    assert listing.objects == Path("/snapshots/x/objects.parquet")
    assert (listing.store, listing.snapshot) == ("aws", "20261122T000000Z-abcdef")


def test_gaps_are_named_and_the_rest_counted() -> None:
    gaps = [Gap(prefix=f"p{n}/", reason="denied") for n in range(4)]
    assert Listing.of(snapshot(complete=False, gaps=gaps[:1])).incomplete == "p0/: denied"
    several = Listing.of(snapshot(complete=False, gaps=gaps)).incomplete
    assert several == "p0/: denied; p1/: denied; and 2 more"


def test_a_gap_counts_even_where_the_manifest_says_complete() -> None:
    gap = Gap(prefix="", reason="throttled")
    assert Listing.of(snapshot(gaps=[gap])).incomplete == "all of it: throttled"


def test_incomplete_without_a_gap_is_incomplete() -> None:
    assert Listing.of(snapshot(complete=False)).incomplete == "it was cut short"


def test_only_current_versions_is_said_with_the_right_that_is_missing() -> None:
    current = snapshot(versions="current", missing_rights=["s3:ListBucketVersions"])
    assert Listing.of(current).versions_unknown == "the right s3:ListBucketVersions is missing"
    assert Listing.of(snapshot(versions="current")).versions_unknown is not None
    assert Listing.of(snapshot(versions="unversioned")).versions_unknown is None


def test_a_lower_bound_for_uploads_alone_does_not_doubt_versions() -> None:
    listing = Listing.of(snapshot(lower_bound=True, uploads="not listed"))
    assert listing.lower_bound
    assert listing.versions_unknown is None
