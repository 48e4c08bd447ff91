from pathlib import Path

import pytest

from bench import decide
from bench.snapshot import write


def test_both_parts_are_measured_on_one_snapshot(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    snapshot = write(tmp_path, 8_000)
    code = decide.measure(snapshot, repeats=1)
    told = capsys.readouterr().out
    assert code in (0, 3)  # so small a scan is nothing to be compared with
    assert [line.split()[0] for line in told.splitlines()] == [
        "artifacts",
        "scan",
        "facts",
        "ratio",
        "peak",
    ]
    assert "100, of which" in told
