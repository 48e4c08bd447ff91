"""The whole demo, as a user runs it: a real server, real commands, one HTML file."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest


def demo(out: Path, *words: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "tutela", *words, "demo", "--out", str(out)],
        capture_output=True,
        text=True,
        check=False,
        env={**os.environ, "PYTHONPATH": str(Path(__file__).parents[3])},
    )


@pytest.fixture(scope="module")
def done(tmp_path_factory: pytest.TempPathFactory) -> dict[str, object]:
    out = tmp_path_factory.mktemp("demo") / "out"
    ran = demo(out, "--json")
    assert ran.returncode == 0, ran.stderr
    result = json.loads(ran.stdout)
    assert isinstance(result, dict)
    return result | {"stderr": ran.stderr, "raw": ran.stdout}


def test_scans_twice_reports_and_explains(done: dict[str, object]) -> None:
    steps = done["steps"]
    assert isinstance(steps, list)
    commands = [" ".join(one["command"].split()[1:3]) for one in steps]
    assert commands[1:] == ["catalog scan", "catalog scan", "retention report", "retention explain"]


def test_leaves_a_report_and_no_server(done: dict[str, object]) -> None:
    html = Path(str(done["html"])).read_text("utf-8")
    assert "<script>alert" not in html
    assert "sft-8b" in html


def test_no_secret_is_printed_or_kept(done: dict[str, object]) -> None:
    folder = Path(str(done["folder"]))
    written = b"".join(path.read_bytes() for path in folder.rglob("*") if path.is_file())
    for text in (str(done["raw"]), str(done["stderr"]), written.decode("latin-1")):
        assert "SECRET" not in text.upper().replace("SECRET-", "")


def test_refuses_a_folder_that_it_did_not_make(tmp_path: Path) -> None:
    (tmp_path / "thesis.tex").write_text("years of work")
    ran = demo(tmp_path)
    assert ran.returncode == 1
    assert "was not made by the demo" in ran.stderr
    assert (tmp_path / "thesis.tex").read_text() == "years of work"
