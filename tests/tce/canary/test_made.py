from __future__ import annotations

import stat
from pathlib import Path

import pytest

from tce.canary.errors import CanaryError
from tce.canary.made import made


def test_a_canary_says_what_it_is_and_others_cannot_read_it(tmp_path: Path) -> None:
    result = made(tmp_path / "one", [], [], bytes(32))
    assert (tmp_path / "one").read_bytes().startswith(b"tutela-canary-aaaa")
    assert stat.S_IMODE((tmp_path / "one").stat().st_mode) == 0o600
    assert "aaaa" not in str(result)
    assert result.as_json()["file"] == str(tmp_path / "one")


def test_no_file_is_written_over(tmp_path: Path) -> None:
    (tmp_path / "one").write_text("mine")
    with pytest.raises(CanaryError, match="File exists"):
        made(tmp_path / "one", [], [], bytes(32))
    assert (tmp_path / "one").read_text() == "mine"


def test_nothing_is_looked_for_at_the_same_time(tmp_path: Path) -> None:
    with pytest.raises(CanaryError, match="stands alone"):
        made(tmp_path / "one", [tmp_path], [], bytes(32))
