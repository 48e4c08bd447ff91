from pathlib import Path

import pytest

from bench import check


def test_each_figure_is_printed(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    # Other work on the machine is no fault of the program.
    monkeypatch.setattr(check, "MOST_SECONDS", 10_000)
    monkeypatch.setattr(check, "LEAST_RATIO", 0)
    monkeypatch.setattr(check, "FEW", 1)
    code = check.measure(tmp_path, 50, 2, repeats=1)
    told = capsys.readouterr().out.splitlines()
    assert code == 0, told
    assert [line.split()[0] for line in told] == ["read"] * 2 + ["schema"] * 4 + ["check"]
