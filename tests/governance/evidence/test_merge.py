"""Claims of an earlier reading behind those of one that was cut short."""

from datetime import UTC, datetime
from pathlib import Path

import pyarrow.parquet as pq

from governance.evidence.claim import Relation
from governance.evidence.gather import Gather
from governance.evidence.merge import with_older
from governance.evidence.schema import CLAIM_COLUMNS, CLAIMS


def claims(folder: Path, *targets: str) -> Path:
    folder.mkdir()
    with Gather(folder) as into:
        for target in targets:
            since = datetime(2026, 11, 1, tzinfo=UTC)
            into.claim(Relation.NEWER, "run:1", target, "a run", step=7, since=since)
    return folder / CLAIMS


def test_each_claim_is_there_once_in_the_same_columns(tmp_path: Path) -> None:
    # A `*` in a path is no pattern.
    new, old = claims(tmp_path / "a*", "x", "y"), claims(tmp_path / "ab", "y", "z")
    assert with_older(new, old) == 3
    table = pq.read_table(new)
    assert table.schema.equals(CLAIM_COLUMNS, check_metadata=False)
    assert sorted(table["target"].to_pylist()) == ["x", "y", "z"]
    assert set(table["since"].to_pylist()) == {datetime(2026, 11, 1, tzinfo=UTC)}
    assert [path.name for path in new.parent.iterdir() if path.name.startswith(".")] == []


def test_nothing_and_nothing_is_nothing(tmp_path: Path) -> None:
    assert with_older(claims(tmp_path / "a"), claims(tmp_path / "b")) == 0
