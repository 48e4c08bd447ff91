"""Pages of a bucket's listing as columns, by boto3.

This is the seam for a faster lister: anything with these three methods will do. boto3 spends most
of its time parsing XML (about 14,000 objects a second and core), the columns cost little.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Protocol, cast
from urllib.parse import unquote_to_bytes

import pyarrow as pa
import pyarrow.compute as pc

from governance.artifact import Entry
from governance.snapshot.schema import LISTED, TIME
from governance.store.errors import NotFoundError, StoreError, Target, calling
from governance.store.profiles import Profile, profile_of

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client

PAGE = 1000
"""Rows that a store gives at once; more it never does."""


@dataclass(frozen=True)
class Page:
    """Some rows of a listing, and the folders below where one level was asked for."""

    rows: pa.RecordBatch
    folders: Sequence[str]
    more: bool
    """True where the store has rows after these."""
    strays: bool = False
    """True where the store also gave rows that nobody asked for; they are left out."""


Method = Callable[..., Iterator[Page]]
"""`Lister.versions` or `Lister.current`."""


class Lister(Protocol):
    """Lists one bucket. Thread-safe. Every method raises StoreError, nothing else.

    `one_level` lists like a folder: rows directly below the prefix, and the folders there.
    """

    def versions(self, prefix: str, *, one_level: bool = False) -> Iterator[Page]:
        """Yield every version and delete marker."""

    def current(self, prefix: str, *, one_level: bool = False) -> Iterator[Page]:
        """Yield what a plain listing shows: current versions, without version ids."""

    def uploads(self, prefix: str) -> Iterator[Sequence[Upload]]:
        """Yield unfinished multipart uploads, page by page."""

    def parts(self, upload: Upload) -> int:
        """Return the bytes of the parts that an upload has so far."""

    def exists(self, key: str) -> bool:
        """Tell whether there is a current object of exactly this key."""


@dataclass(frozen=True)
class Upload:
    """One unfinished multipart upload."""

    key: str
    id: str
    started: str | None
    storage_class: str | None
    owner: str | None


class BotoLister:
    """The lister that works everywhere. `client` must leave timestamps as text."""

    def __init__(
        self,
        client: S3Client,
        bucket: str,
        target: Target,
        *,
        store_type: str = "generic",
        page: int = PAGE,
    ) -> None:
        self._client = client
        self._bucket = bucket
        self._target = target
        self._page = page
        self._type = store_type
        self._server = ""

    @property
    def profile(self) -> Profile:
        """What the store is known to do; after the first answer, by what it calls itself too."""
        return profile_of(self._type, self._server)

    def versions(self, prefix: str, *, one_level: bool = False) -> Iterator[Page]:
        """Yield every version and delete marker (ListObjectVersions)."""
        return self._pages(
            self._client.list_object_versions,
            "s3:ListBucketVersions",
            {"Prefix": prefix, "MaxKeys": self._page, **_level(one_level)},
            {"KeyMarker": "NextKeyMarker", "VersionIdMarker": "NextVersionIdMarker"},
            _version_rows,
        )

    def current(self, prefix: str, *, one_level: bool = False) -> Iterator[Page]:
        """Yield what a plain listing shows (ListObjectsV2)."""
        return self._pages(
            self._client.list_objects_v2,
            "s3:ListBucket",
            {"Prefix": prefix, "MaxKeys": self._page, "FetchOwner": True, **_level(one_level)},
            {"ContinuationToken": "NextContinuationToken"},
            _current_rows,
        )

    def uploads(self, prefix: str) -> Iterator[Sequence[Upload]]:
        """Yield unfinished multipart uploads (ListMultipartUploads)."""
        request = {"Prefix": prefix, "MaxUploads": self._page}
        markers = {"KeyMarker": "NextKeyMarker", "UploadIdMarker": "NextUploadIdMarker"}
        call = self._client.list_multipart_uploads
        right = "s3:ListBucketMultipartUploads"
        for reply in self._replies(call, right, "list the uploads of", request, markers):
            encoded = self._is_encoded(reply) and self.profile.encodes_uploads
            yield [
                Upload(
                    key=_decoded(item["Key"]) if encoded else item["Key"],
                    id=item["UploadId"],
                    started=item.get("Initiated"),
                    storage_class=item.get("StorageClass"),
                    owner=_owner(item.get("Owner") or item.get("Initiator")),
                )
                for item in reply.get("Uploads", [])
            ]

    def parts(self, upload: Upload) -> int:
        """Return the bytes of the parts that an upload has so far (ListParts)."""
        request = {"Key": upload.key, "UploadId": upload.id}
        markers = {"PartNumberMarker": "NextPartNumberMarker"}
        call = self._client.list_parts
        replies = self._replies(
            call, "s3:ListMultipartUploadParts", "list parts in", request, markers
        )
        return sum(int(part["Size"]) for reply in replies for part in reply.get("Parts", []))

    def exists(self, key: str) -> bool:
        """Tell whether there is a current object of exactly this key (HeadObject)."""
        try:
            with calling(self._target, "s3:GetObject", f"look for an object in {self._bucket}"):
                self._client.head_object(Bucket=self._bucket, Key=key)
        except NotFoundError:
            return False
        return True

    def _pages(
        self,
        call: Callable[..., Mapping[str, Any]],
        right: str,
        request: Mapping[str, object],
        markers: Mapping[str, str],
        rows: Callable[[Mapping[str, Any]], pa.RecordBatch],
    ) -> Iterator[Page]:
        for reply in self._replies(call, right, "list bucket", request, markers):
            encoded = self._is_encoded(reply)
            folders = [item["Prefix"] for item in reply.get("CommonPrefixes", [])]
            if encoded:
                folders = [_decoded(folder) for folder in folders]
            batch = self._checked(rows, reply)
            if encoded:
                batch = _decoded_keys(batch)
            # SeaweedFS 4.48 answers the prefix "a." with the versions of "a" too.
            prefix = cast(str, request["Prefix"])
            ours = batch.filter(pc.starts_with(batch.column("key"), prefix))
            folders = [folder for folder in folders if folder.startswith(prefix)]
            strays = ours.num_rows < batch.num_rows
            yield Page(ours, folders, bool(reply["IsTruncated"]), strays)

    def _replies(
        self,
        call: Callable[..., Mapping[str, Any]],
        right: str,
        doing: str,
        request: Mapping[str, object],
        markers: Mapping[str, str],
    ) -> Iterator[Mapping[str, Any]]:
        """Yield the answers of a call that pages, and refuse one that runs in a circle."""
        at: dict[str, object] = {}
        encoding = {} if "UploadId" in request else {"EncodingType": "url"}
        while True:
            with calling(self._target, right, f"{doing} {self._bucket}"):
                try:
                    reply = call(Bucket=self._bucket, **request, **encoding, **at)
                except (ValueError, TypeError, OverflowError) as error:
                    raise self._nonsense() from error  # botocore on a number that is none
                if not self._server:
                    headers = reply["ResponseMetadata"].get("HTTPHeaders", {})
                    self._server = str(headers.get("server", "?"))
            if "IsTruncated" not in reply:
                # A proxy's page of HTML has no rows either, and must not look like an empty bucket.
                raise self._nonsense()
            yield reply
            if not reply["IsTruncated"]:
                return
            encoded = self._is_encoded(reply)
            found = {ours: reply.get(theirs) for ours, theirs in markers.items()}
            after = {
                name: _decoded(value) if encoded and name == "KeyMarker" else value
                for name, value in found.items()
                if value
            }
            if not after or after == at:
                raise StoreError(f"the listing of bucket {self._bucket} does not go on")
            at = after

    def _checked(
        self, rows: Callable[[Mapping[str, Any]], pa.RecordBatch], reply: Mapping[str, Any]
    ) -> pa.RecordBatch:
        try:
            batch = rows(reply)
        except (KeyError, ValueError, TypeError, OverflowError) as error:
            raise self._nonsense() from error
        if batch.num_rows and cast(int, pc.min(batch.column("size")).as_py()) < 0:
            raise self._nonsense()
        return batch

    def _nonsense(self) -> StoreError:
        return StoreError(
            f"cannot list bucket {self._bucket}: what {self._target.where} answers is not S3"
        )

    @staticmethod
    def _is_encoded(reply: Mapping[str, Any]) -> bool:
        # Only what the store says it did: some do not know the parameter.
        return bool(reply.get("EncodingType") == "url")


def _level(one: bool) -> dict[str, str]:
    return {"Delimiter": "/"} if one else {}


def _version_rows(reply: Mapping[str, Any]) -> pa.RecordBatch:
    versions = reply.get("Versions", [])
    markers = reply.get("DeleteMarkers", [])
    both = [*versions, *markers]
    kinds = [str(Entry.VERSION)] * len(versions) + [str(Entry.DELETE_MARKER)] * len(markers)
    return rows_of(
        key=[item["Key"] for item in both],
        version_id=[item.get("VersionId") for item in both],
        is_latest=[bool(item.get("IsLatest")) for item in both],
        entry=kinds,
        size=[item.get("Size", 0) for item in both],
        modified=[item.get("LastModified") for item in both],
        etag=[item.get("ETag") for item in both],
        storage_class=[item.get("StorageClass") for item in both],
        owner=[_owner(item.get("Owner")) for item in both],
    )


def _current_rows(reply: Mapping[str, Any]) -> pa.RecordBatch:
    items = reply.get("Contents", [])
    return rows_of(
        key=[item["Key"] for item in items],
        version_id=[None] * len(items),
        is_latest=[True] * len(items),
        entry=[str(Entry.VERSION)] * len(items),
        size=[item.get("Size", 0) for item in items],
        modified=[item.get("LastModified") for item in items],
        etag=[item.get("ETag") for item in items],
        storage_class=[item.get("StorageClass") for item in items],
        owner=[_owner(item.get("Owner")) for item in items],
    )


def rows_of(
    *,
    key: Sequence[str],
    version_id: Sequence[str | None],
    is_latest: Sequence[bool],
    entry: Sequence[str],
    size: Sequence[int],
    modified: Sequence[str | None],
    etag: Sequence[str | None],
    storage_class: Sequence[str | None],
    owner: Sequence[str | None],
) -> pa.RecordBatch:
    """Return rows of `schema.LISTED` from S3's words: times as text, ETags in quotes."""
    tags = pc.utf8_trim(pa.array(etag, pa.string()), '"')
    return pa.record_batch(
        [
            pa.array(key, pa.string()),
            pa.array(version_id, pa.string()),
            pa.array(is_latest, pa.bool_()),
            pa.array(entry, pa.string()),
            pa.array(size, pa.int64()),
            pa.nulls(len(key), pa.int64()),
            _times(modified),
            pc.if_else(pc.equal(tags, ""), None, tags),
            pa.array(storage_class, pa.string()),
            pa.array(owner, pa.string()),
            pa.nulls(len(key), pa.int64()),
        ],
        schema=LISTED,
    )


def _times(texts: Sequence[str | None]) -> pa.Array:
    try:
        return pa.array(texts, pa.string()).cast(TIME)
    except pa.ArrowInvalid:
        # One that is no time makes only itself unknown, and what has no time is kept.
        return pa.concat_arrays([_time(text) for text in texts])


def _time(text: str | None) -> pa.Array:
    try:
        return pa.array([text], pa.string()).cast(TIME)
    except pa.ArrowInvalid:
        return pa.nulls(1, TIME)


def _owner(owner: Mapping[str, str] | None) -> str | None:
    return (owner.get("DisplayName") or owner.get("ID")) if owner else None


def _decoded_keys(batch: pa.RecordBatch) -> pa.RecordBatch:
    keys = batch.column("key")
    coded = pc.match_substring_regex(keys, "[%+]")
    if not pc.any(coded).as_py():
        return batch
    plain = [_decoded(cast(str, key)) for key in keys.to_pylist()]
    index = batch.schema.get_field_index("key")
    return batch.set_column(index, LISTED.field("key"), pa.array(plain, pa.string()))


def _decoded(text: str) -> str:
    """Undo `encoding-type=url`. A byte that is not UTF-8 becomes `\\xNN`, as in a POSIX tree."""
    if "%" not in text and "+" not in text:
        return text
    return unquote_to_bytes(text.replace("+", " ")).decode("utf-8", "backslashreplace")
