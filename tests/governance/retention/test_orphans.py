from governance.retention.orphans import orphans
from tests.governance.retention.places import database, days, row


def test_leftovers_are_counted_by_what_they_are() -> None:
    upload = {"layout": "multipart-upload", "live": False, "bytes": 0, "objects": 0, "versions": 0}
    gone = {"live": False, "bytes": 0, "objects": 0}
    connection = database(
        [
            row(1, bytes_noncurrent=50, versions=5, delete_markers=1),
            row(2, **gone, bytes_noncurrent=7, versions=1, delete_markers=1),
            row(3, **upload, bytes_upload=9, oldest=days(40)),
            row(4, **upload, bytes_upload=1, oldest=days(4)),
        ]
    )
    found = orphans(connection)
    assert (found.uploads, found.uploads_bytes, found.uploads_oldest) == (2, 10, days(40))
    assert (found.noncurrent_versions, found.noncurrent_bytes) == (4, 57)
    assert (found.delete_markers, found.deleted_artifacts, found.deleted_bytes) == (2, 1, 7)


def test_nothing_at_all_is_nothing() -> None:
    found = orphans(database([]))
    assert found.as_json() == {**dict.fromkeys(found.as_json(), 0), "uploads_oldest": None}
