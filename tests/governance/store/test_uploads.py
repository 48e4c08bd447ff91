from collections.abc import Iterator, Sequence

import pyarrow as pa
import pytest

from governance.store.errors import (
    AccessDeniedError,
    NotFoundError,
    StoreError,
    UnsupportedError,
)
from governance.store.pages import Page, Upload
from governance.store.uploads import upload_rows


class Uploads:
    """A lister with three uploads, of which one raises when its parts are asked for."""

    def __init__(self, fault: Exception | None = None) -> None:
        self._fault = fault

    def uploads(self, prefix: str) -> Iterator[Sequence[Upload]]:
        when = "2026-01-01T00:00:00Z"
        yield [Upload("p/a", "1", when, "STANDARD", "me"), Upload("q/a", "2", when, None, None)]
        yield [Upload("p/b", "3", None, None, None)]

    def parts(self, upload: Upload) -> int:
        if self._fault is not None and upload.key == "p/b":
            raise self._fault
        return 10

    def versions(self, prefix: str, *, one_level: bool = False) -> Iterator[Page]:
        raise AssertionError("not asked for")

    current = versions

    def exists(self, key: str) -> bool:
        raise AssertionError("not asked for")


def rows(lister: Uploads, missing: list[str]) -> list[dict[str, object]]:
    batches: list[pa.RecordBatch] = list(upload_rows(lister, "p/", missing.append))
    return [row for batch in batches for row in batch.to_pylist()]


def test_each_upload_below_the_prefix_is_a_row() -> None:
    found = rows(Uploads(), [])
    assert [(row["key"], row["version_id"], row["size"], row["entry"]) for row in found] == [
        ("p/a", "1", 10, "upload"),
        ("p/b", "3", 10, "upload"),
    ]
    assert not any(row["is_latest"] for row in found)


def test_an_upload_that_ended_meanwhile_takes_no_space() -> None:
    assert [row["size"] for row in rows(Uploads(NotFoundError("gone")), [])] == [10, 0]


def test_parts_that_may_not_be_listed_are_reported() -> None:
    missing: list[str] = []
    right = "s3:ListMultipartUploadParts"
    found = rows(Uploads(AccessDeniedError("no", right)), missing)
    assert [row["size"] for row in found] == [10, 0]
    assert missing == [right]


def test_a_store_that_does_not_list_parts_is_reported_without_a_right() -> None:
    missing: list[str] = []
    rows(Uploads(UnsupportedError("no")), missing)
    assert missing == [""]


def test_any_other_error_ends_it() -> None:
    with pytest.raises(StoreError, match="broken"):
        rows(Uploads(StoreError("broken")), [])
