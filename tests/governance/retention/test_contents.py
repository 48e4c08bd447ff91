from pathlib import Path

from governance.retention.decided import decide_workspace
from tests.governance.retention.places import NOW, File, Thing, add_snapshot, save, workspace


def test_live_objects_of_every_snapshot_are_found_under_their_artifact(tmp_path: Path) -> None:
    place = workspace(tmp_path)
    old = File("b/x", 7, is_latest=False)
    add_snapshot(place, [save("a/", 1, 10), Thing("b/", [File("b/x", 5), old])], bucket="one")
    add_snapshot(place, [save("c/", 1, 1)], bucket="two")
    decided = decide_workspace(place, now=NOW)
    found = decided.connection.execute(
        "SELECT uri, sum(size)::BIGINT, any_value(bytes) FROM contents JOIN facts USING (fact)"
        " GROUP BY uri ORDER BY uri"
    ).fetchall()
    assert found == [
        ("s3://one/a/checkpoint-1/", 50, 50),
        ("s3://one/b/", 5, 5),
        ("s3://two/c/checkpoint-1/", 14, 14),
    ]
    decided.connection.close()
