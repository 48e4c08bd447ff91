from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from governance.snapshot.manifest import Gap, Manifest, canonical, digest_of, snapshot_id
from governance.snapshot.schema import SNAPSHOT_SCHEMA
from tests.governance.snapshot.snapshots import manifest


def test_the_schema_is_the_one_that_the_columns_have() -> None:
    assert manifest().schema_ == SNAPSHOT_SCHEMA


@given(st.text(), st.text(), st.booleans())
def test_a_manifest_read_back_is_the_same_and_has_the_same_digest(
    prefix: str, reason: str, complete: bool
) -> None:
    one = manifest(gaps=[Gap(prefix=prefix, reason=reason)], complete=complete).sealed()
    again = Manifest.model_validate_json(one.to_text())
    assert again == one
    assert again.computed_digest() == one.digest


def test_any_change_changes_the_digest() -> None:
    one = manifest().sealed()
    assert manifest(complete=False).sealed().digest != one.digest
    assert manifest(tool_version="1").sealed().digest != one.digest


def test_times_are_kept_in_utc() -> None:
    local = datetime(2026, 1, 1, 1, tzinfo=timezone(timedelta(hours=2)))
    assert manifest(started=local).started == datetime(2025, 12, 31, 23, tzinfo=UTC)
    assert manifest(started=local).as_json()["started"] == "2025-12-31T23:00:00Z"


def test_a_time_without_a_zone_is_refused() -> None:
    with pytest.raises(ValidationError):
        manifest(started=datetime(2026, 1, 1))  # noqa: DTZ001 - what is refused


def test_an_id_says_second_and_source() -> None:
    at = datetime(2026, 11, 22, 1, 20, 0, 999, tzinfo=UTC)
    one = snapshot_id(at, "x:1", "s3://b/")
    assert one.startswith("20261122T012000Z-")
    assert one != snapshot_id(at, "y:1", "s3://b/")
    assert one != snapshot_id(at, "x:1", "s3://c/")


def test_canonical_json_does_not_depend_on_order() -> None:
    assert (
        canonical({"b": 1, "a": "é"}) == canonical({"a": "é", "b": 1}) == '{"a":"é","b":1}'.encode()
    )


def test_the_digest_of_a_file_names_length_and_sha256(tmp_path: Path) -> None:
    (tmp_path / "f").write_bytes(b"abc")
    record = digest_of(tmp_path / "f")
    assert record.bytes == 3
    assert record.sha256.startswith("ba7816bf8f01cfea")
