from __future__ import annotations

import stat
from pathlib import Path

from tce.canary.world import HOME, NAMED, VARIABLES, fill, variables

MARK = "a-mark-of-a-test"


def test_every_file_holds_the_mark_and_nobody_else_reads_it(tmp_path: Path) -> None:
    fill(tmp_path, MARK)
    files = [file for file in tmp_path.rglob("*") if file.is_file()]
    assert len(files) == len(HOME)
    for file in files:
        assert MARK in file.read_text()
        assert stat.S_IMODE(file.stat().st_mode) == 0o600


def test_every_variable_holds_it_or_names_a_file_that_does(tmp_path: Path) -> None:
    fill(tmp_path, MARK)
    found = variables(tmp_path, MARK)
    assert found["HOME"] == str(tmp_path)
    assert all(MARK in found[name] for name in VARIABLES)
    assert all(MARK in Path(found[name]).read_text() for name in NAMED)
