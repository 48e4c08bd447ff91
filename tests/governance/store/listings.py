"""What the listing tests share: list a bucket through the product, and look at the truth."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field

import pyarrow as pa

from governance.snapshot.schema import LISTED
from governance.store.client import Store, Versioning
from governance.store.listing import Coverage, Listing
from governance.store.pages import PAGE, BotoLister
from governance.workspace.config import StoreConfig
from tests.labs.seaweed import Lab
from tutela.demo.seaweed import Identity

Row = tuple[str, str | None, bool, str, int]


@dataclass
class Listed:
    """The result of one listing."""

    table: pa.Table
    coverage: Coverage
    rows: list[Row] = field(init=False)

    def __post_init__(self) -> None:
        names = ["key", "version_id", "is_latest", "entry", "size"]
        columns = [self.table.column(name).to_pylist() for name in names]
        self.rows = list(zip(*columns, strict=True))

    @property
    def keys(self) -> list[str]:
        return sorted(row[0] for row in self.rows)


def listed(batches: Iterable[pa.RecordBatch], coverage: Coverage) -> Listed:
    return Listed(pa.Table.from_batches(list(batches), LISTED), coverage)


def list_bucket(
    lab: Lab,
    bucket: str,
    prefix: str = "",
    *,
    who: Identity | None = None,
    page: int = PAGE,
    versioning: Versioning = "unknown",
    excluded: str | None = None,
) -> Listed:
    """List through the product's own lister, with the credentials of `who`."""
    store = Store(StoreConfig(endpoint=lab.endpoint))
    client = lab.client_of(who or lab.admin, text_times=True)
    lister = BotoLister(client, bucket, store.target(bucket), page=page)
    listing = Listing(
        lister,
        prefix,
        versioning=versioning,
        excluded=excluded,
        folder_by_folder=lambda: lister.profile.pages_lose_names,
    )
    return listed(listing.rows(), listing.coverage)


def truth(lab: Lab, bucket: str) -> Counter[Row]:
    """What lies in a bucket of fewer than 1,000 rows, in one page: what the store gets right."""
    reply = lab.client.list_object_versions(Bucket=bucket)
    assert not reply["IsTruncated"]
    rows: list[Row] = [
        (one["Key"], one["VersionId"], one["IsLatest"], "version", one["Size"])
        for one in reply.get("Versions", [])
    ]
    rows += [
        (one["Key"], one["VersionId"], one["IsLatest"], "delete_marker", 0)
        for one in reply.get("DeleteMarkers", [])
    ]
    return Counter(rows)


NAMES = ["a", "a-", "a-b", "a.x", "a+", "a b", "b", "b-c", "ab", "a0", "a--", "b.", "é", "run_1"]


def random_tree(lab: Lab, bucket: str, seed: int, keys: int = 60) -> None:
    """Put, overwrite and delete keys whose names are each other's beginnings."""
    chosen = random.Random(seed)
    for _ in range(keys):
        key = "/".join(chosen.choice(NAMES) for _ in range(chosen.randint(1, 3)))
        for _ in range(chosen.randint(1, 3)):
            lab.client.put_object(Bucket=bucket, Key=key, Body=bytes(chosen.randint(0, 9)))
        if chosen.random() < 0.2:
            lab.client.delete_object(Bucket=bucket, Key=key)
