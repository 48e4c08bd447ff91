from pathlib import Path

import pytest

from governance.catalog.facts import newest_facts
from governance.retention.decided import NothingScannedError
from governance.workspace.workspace import Workspace
from tests.governance.catalog.places import scanned


def test_nothing_scanned_is_an_error_with_what_to_type(workspace: Workspace) -> None:
    with pytest.raises(NothingScannedError) as caught, newest_facts(workspace):
        pass
    assert caught.value.__notes__ == ["tutela catalog scan s3://BUCKET"]


def test_only_the_newest_snapshot_of_each_source_counts(
    workspace: Workspace, tmp_path: Path
) -> None:
    tree = tmp_path / "tree"
    tree.mkdir()
    for number in range(2):
        (tree / f"{number}.gguf").write_bytes(b"x" * 10)
        scanned(workspace, f"file://{tree}", hours=number)
    with newest_facts(workspace) as (connection, snapshots):
        assert len(snapshots) == 1
        sums = connection.execute("SELECT sum(objects), sum(bytes) FROM facts").fetchone()
        assert sums == (2, 20)
