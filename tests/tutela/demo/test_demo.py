"""The whole demo, as a user runs it: a real server, real commands, one HTML file."""

import json
import os
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path

import pytest

from governance.front import Front
from tutela.demo.demo import run


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


def test_no_secret_is_printed_or_kept(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    secret = "a-secret-that-this-test-can-look-for"
    monkeypatch.setattr("tutela.demo.seaweed.secrets.token_urlsafe", lambda _: secret)
    shown: list[str] = []
    environ = {**os.environ, "PYTHONPATH": str(Path(__file__).parents[3])}
    now = datetime(2026, 11, 22, tzinfo=UTC)
    result = run(tmp_path / "out", Front(now, False, False, environ, shown.append))
    files = [path for path in (tmp_path / "out").rglob("*") if path.is_file()]
    assert len(files) > 5
    for text in [str(result), json.dumps(result.as_json()), *shown]:
        assert secret not in text
    for path in files:
        assert secret.encode() not in path.read_bytes()


def test_refuses_a_folder_that_it_did_not_make(tmp_path: Path) -> None:
    (tmp_path / "thesis.tex").write_text("years of work")
    ran = demo(tmp_path)
    assert ran.returncode == 1
    assert "was not made by the demo" in ran.stderr
    assert (tmp_path / "thesis.tex").read_text() == "years of work"
