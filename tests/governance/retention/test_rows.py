from pathlib import Path

from governance.retention.decided import decide_workspace
from governance.retention.rows import MOST, ROWS, integer, records, select, table, total
from tests.governance.retention.places import NOW, add_snapshot, database, row, save, workspace


def test_the_table_has_every_artifact_in_scope_once_largest_first(tmp_path: Path) -> None:
    place = workspace(tmp_path)
    add_snapshot(place, [save("a/", 1, 10), save("a/", 2, 30), save("b/", 1, 20)])
    connection = decide_workspace(place, now=NOW).connection
    select(connection, "run = 'a/'")
    found = table(connection)
    assert found.schema.equals(ROWS)
    assert found["uri"].to_pylist() == ["s3://lab/a/checkpoint-2/", "s3://lab/a/checkpoint-1/"]
    connection.close()


def test_sums_stop_at_the_largest_whole_number_and_start_at_nothing() -> None:
    connection = database([row(1, bytes=MOST), row(2, bytes=MOST)])
    (found,) = records(
        connection, f"SELECT {total('bytes')} AS all, {total('NULL')} AS none FROM rows"
    )
    assert (found["all"], found["none"]) == (MOST, 0)
    assert integer(None) == 0
