from pathlib import Path

import pytest

from bench import closure


def test_the_same_is_reached_as_networkx_reaches(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(closure, "CHAIN", 300)
    closure.write(tmp_path, 2_000, 6_000)
    code = closure.measure(tmp_path, repeats=1)
    told = capsys.readouterr().out.splitlines()
    assert code == 0
    assert [line.split()[0] for line in told] == [
        "reached",
        "files",
        "slowest",
        "peak",
        "chain",
        "networkx",
    ]
    assert "(299 claims)" in told[4]
    assert "networkx reaches" not in told[-1]
