from pathlib import Path

import pytest

from bench import render


def test_every_program_renders_the_same_files_and_each_figure_is_printed(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    # Other work on the machine is no fault of the program.
    monkeypatch.setattr(render, "MOST_SECONDS", 10_000)
    code = render.measure(tmp_path, 2, repeats=3)
    told = capsys.readouterr().out.splitlines()
    assert code == 0, told
    assert [line.split()[0] for line in told] == [
        "engine",
        "copier",
        "cookiecutter",
        "render",
        "check",
        "together",
    ]
    made = [
        {file.relative_to(top).as_posix(): file.read_bytes() for file in top.rglob("*.md")}
        for top in (tmp_path / "engine-1", tmp_path / "copier-1", tmp_path / "cookiecutter-1/made")
    ]
    assert made[0] == made[1] == made[2]
    assert len(made[0]) == render.FILES
