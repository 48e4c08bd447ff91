from pathlib import Path

import pyarrow.parquet as pq

from governance.retention.rows import ROWS
from governance.retention.write.parquet import write_parquet
from tests.governance.retention.lab import HOSTILE
from tests.governance.retention.places import row, table


def test_the_table_comes_back_as_it_is(tmp_path: Path) -> None:
    made = table([row(n, uri=name, missing=[name]) for n, name in enumerate(HOSTILE)])
    length = write_parquet(made, tmp_path / "r.parquet")
    assert (tmp_path / "r.parquet").stat().st_size == length
    found = pq.read_table(tmp_path / "r.parquet")
    assert found.schema.equals(ROWS)
    assert found.equals(made)
