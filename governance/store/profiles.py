"""What each kind of store is known to do. Nothing here is tried out; unknown is None.

Sources, by the letters in `source`:

- A: Amazon S3 user guide and API reference (behaviour of general purpose buckets).
- C: Ceph RGW 16.2.15, run against our S3 checks.
- S: SeaweedFS 4.48, run against our S3 checks; rights tried with bucket policies.
- V: VAST Data documentation: supported-s3-requests, object-versioning, s3-tagging.

A scan never trusts this table: it asks, and records what the store refused. `doctor` and later
effects use it to say beforehand what cannot work.
"""

from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True)
class Profile:
    """One kind of store."""

    type: str
    name: str
    source: str
    versioning: bool | None = None
    """Keeps versions and lists them (ListObjectVersions)."""
    suspend_versioning: bool | None = None
    list_uploads: bool | None = None
    """Lists unfinished multipart uploads and their parts."""
    tags_per_object: int | None = None
    lifecycle: bool | None = None
    lifecycle_by_tag: bool | None = None
    lifecycle_noncurrent: bool | None = None
    """Can expire noncurrent versions by rule."""
    object_lock: bool | None = None
    conditional_write: bool | None = None
    """Honours If-None-Match: * on PUT, so that a record is never overwritten."""
    conditional_delete: bool | None = None
    """Honours If-Match on DELETE."""
    checksums: bool | None = None
    """Verifies CRC32, CRC32C, CRC64NVME, SHA1, SHA256 sent with a write."""
    pages_lose_names: bool = False
    """A listing of several pages may lack names although each page by itself is right."""
    encodes_uploads: bool = True
    """False where a listing of uploads says that its keys are URL-encoded, and they are not."""
    server: str | None = None
    """How its `Server` header begins, where that tells it from others."""
    notes: tuple[str, ...] = ()


PROFILES: Final[dict[str, Profile]] = {
    profile.type: profile
    for profile in (
        Profile(
            type="aws",
            name="Amazon S3",
            source="A",
            versioning=True,
            suspend_versioning=True,
            list_uploads=True,
            tags_per_object=10,
            lifecycle=True,
            lifecycle_by_tag=True,
            lifecycle_noncurrent=True,
            object_lock=True,
            conditional_write=True,
            conditional_delete=True,
            checksums=True,
        ),
        Profile(
            type="vast",
            name="VAST Data",
            source="V",
            versioning=True,
            suspend_versioning=False,
            tags_per_object=40,
            lifecycle=True,
            notes=(
                "versioning cannot be disabled or suspended once it is on",
                "PutObjectTagging replaces the whole set of tags",
                "a lifecycle rule takes effect at once when it is enabled",
                "a lifecycle rule can filter by tag from release 5.3.4, not to abort uploads",
                "S3 Inventory is not among the documented requests",
                "WORM views and indestructible mode hold objects outside of S3's own calls",
            ),
        ),
        Profile(
            type="ceph",
            name="Ceph RGW",
            source="C",
            versioning=True,
            suspend_versioning=True,
            list_uploads=None,
            lifecycle=True,
            lifecycle_noncurrent=True,
            object_lock=True,
            conditional_write=True,
            checksums=False,
            notes=(
                "release 16: a wrong SHA256 in a write is not refused, a wrong Content-MD5 is",
                "release 16: If-Match on PUT is not honoured",
                "a version under object lock survives expiry under a delete marker",
            ),
        ),
        Profile(
            type="seaweedfs",
            name="SeaweedFS",
            source="S",
            versioning=True,
            suspend_versioning=True,
            list_uploads=True,
            lifecycle=True,
            lifecycle_by_tag=True,
            object_lock=True,
            conditional_write=True,
            checksums=True,
            # It walks folders by name and compares whole keys: next to "a-b" the folder "a/" is
            # skipped where a page ends between them. Seen with 4.48 at every page size.
            pages_lose_names=True,
            encodes_uploads=False,
            server="SeaweedFS",
            notes=(
                "listings are done folder by folder: longer ones lose names between two pages",
                "versions are listed without encoding-type: a control character in a key is lost",
                "rights on listing versions, uploads and parts come from bucket policies",
                "the public access block is not implemented",
            ),
        ),
    )
}

GENERIC: Final = Profile(type="generic", name="an S3-compatible store", source="")


def profile_of(store_type: str, server: str = "") -> Profile:
    """Return the profile of `stores.<name>.type`; of an unknown type nothing is known.

    `server` is what the store calls itself, for one that is configured as generic.
    """
    if store_type in PROFILES:
        return PROFILES[store_type]
    known = [one for one in PROFILES.values() if one.server and server.startswith(one.server)]
    return known[0] if known else GENERIC
