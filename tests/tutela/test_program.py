"""The front door: where --json may stand, what each run ends with, what is told."""

import errno
import json
import os
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

import pytest
import typer

from tutela import __version__
from tutela.program import app, main

HEAVY = ("boto3", "botocore", "duckdb", "jinja2", "pyarrow", "pydantic", "rich", "ruamel")


def run(
    *words: str,
    environ: Mapping[str, str] | None = None,
    stdout: int | None = None,
    cwd: Path | None = None,
) -> subprocess.CompletedProcess[str]:
    """The program as a process of its own."""
    return subprocess.run(
        [sys.executable, "-m", "tutela", *words],
        env={**os.environ, **(environ or {})},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE if stdout is None else stdout,
        stderr=subprocess.PIPE,
        text=True,
        timeout=60,
        check=False,
        cwd=cwd,
    )


def test_help_loads_nothing_heavy() -> None:
    code = "import sys; from tutela.program import main; main(['--help']); print(*sys.modules)"
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, timeout=60, check=True
    )
    loaded = {name.partition(".")[0] for name in done.stdout.split()}
    assert "typer" in loaded
    assert not loaded & set(HEAVY)


def test_help_is_plain_text_on_any_terminal(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--help"], {"FORCE_COLOR": "1", "TERM": "xterm-256color"}) == 0
    text = capsys.readouterr().out
    assert text.startswith("Usage: tutela [OPTIONS] COMMAND [ARGS]...")
    assert "\x1b" not in text
    assert max(map(len, text.splitlines())) <= 100


def test_the_version_is_told(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--version"], {}) == 0
    assert capsys.readouterr().out == f"tutela {__version__}\n"
    assert main(["--version", "--json"], {}) == 0
    assert json.loads(capsys.readouterr().out) == {
        "schema": "tutela/version/v1",
        "version": __version__,
    }


@pytest.mark.parametrize("place", range(4))
def test_json_may_stand_anywhere(
    place: int, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    words = ["init", "-w", str(tmp_path)]
    words.insert(place if place != 2 else 3, "--json")
    assert main(words, {}) == 0
    assert json.loads(capsys.readouterr().out)["schema"] == "tutela/init/v1"


def test_json_after_two_dashes_is_an_argument(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["init", "--", "--json"], {}) == 2
    assert "unexpected extra argument" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("words", "message", "hint"),
    [
        (["nope"], "no such command 'nope'", "tutela --help"),
        (["catalog", "nope"], "no such command 'nope'", "tutela catalog --help"),
        (["init", "--nope"], "no such option: --nope", "tutela init --help"),
        (["init", "-w"], "option '-w' requires an argument", "tutela --help"),
    ],
)
def test_a_wrong_command_line_ends_with_2(
    words: list[str], message: str, hint: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(words, {}) == 2
    seen = capsys.readouterr()
    assert seen.out == ""
    assert seen.err.startswith(f"tutela: error: {message}")
    assert seen.err.endswith(f"tutela: hint: {hint}\n")
    assert main([*words, "--json"], {}) == 2
    error = json.loads(capsys.readouterr().err)["error"]
    assert error["kind"] == "usage"
    assert error["message"].startswith(message)
    assert error["hints"] == [hint]
    assert error["exit_code"] == 2


@pytest.mark.parametrize("words", [[], ["catalog"], ["retention"], ["policy"], ["pin"]])
def test_no_command_shows_the_help_on_stderr(
    words: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(words, {}) == 2
    seen = capsys.readouterr()
    assert seen.out == ""
    assert seen.err.startswith("Usage: tutela")
    assert "needs a command" in seen.err


def test_an_expected_failure_ends_with_1(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["status", "-w", str(tmp_path)], {}) == 1
    seen = capsys.readouterr()
    assert seen.err == (
        f"tutela: error: no workspace in {tmp_path}\ntutela: hint: tutela init -w {tmp_path}\n"
    )
    assert main(["status", "--json", "-w", str(tmp_path)], {}) == 1
    assert json.loads(capsys.readouterr().err)["error"] == {
        "kind": "no workspace",
        "message": f"no workspace in {tmp_path}",
        "hints": [f"tutela init -w {tmp_path}"],
        "exit_code": 1,
    }


def test_a_workspace_of_another_version_ends_with_1(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    main(["init", "-w", str(tmp_path)], {})
    (tmp_path / ".tutela" / "version.json").write_text('{"schema": "tutela/workspace/v2"}')
    capsys.readouterr()
    assert main(["status", "-w", str(tmp_path)], {}) == 1
    assert "was written by another version of tutela" in capsys.readouterr().err


def test_the_clock_can_be_set_and_a_wrong_time_is_refused(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    main(["init", "-w", str(tmp_path)], {})
    capsys.readouterr()
    words = ["--json", "status", "-w", str(tmp_path)]
    for said in ("2026-11-22T01:20:00Z", "2026-11-22T01:20:00", "2026-11-22T03:20:00+02:00"):
        assert main(words, {"TUTELA_NOW": said}) == 0
        assert json.loads(capsys.readouterr().out)["as_of"] == "2026-11-22T01:20:00+00:00"
    assert main(words, {"TUTELA_NOW": "now"}) == 2
    assert json.loads(capsys.readouterr().err)["error"]["message"] == "TUTELA_NOW is no time: now"


@pytest.mark.parametrize(
    ("error", "code", "said"),
    [
        (ValueError("x"), 70, "bug in tutela: ValueError: x"),
        (KeyboardInterrupt(), 130, "interrupted"),
        (OSError(errno.ENOSPC, "No space left on device", "f"), 1, "no space left on the disk"),
        (MemoryError(), 1, "out of memory"),
    ],
)
def test_however_a_command_ends_it_is_told(
    error: BaseException,
    code: int,
    said: str,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    def fails() -> None:
        raise error

    added = typer.Typer()
    added.command("fails")(fails)
    monkeypatch.setattr(
        app, "registered_commands", [*app.registered_commands, *added.registered_commands]
    )
    assert main(["fails"], {}) == code
    seen = capsys.readouterr()
    assert seen.out == ""
    assert f"tutela: error: {said}" in seen.err
    assert ("Traceback" in seen.err) == (code == 70)
    assert main(["fails", "--json"], {}) == code
    assert json.loads(capsys.readouterr().err)["error"]["exit_code"] == code


def test_a_result_that_is_none_is_a_bug(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    added = typer.Typer()
    added.command("text")(lambda: "text")
    monkeypatch.setattr(
        app, "registered_commands", [*app.registered_commands, *added.registered_commands]
    )
    assert main(["text"], {}) == 70
    assert "a command returned str, which is no result" in capsys.readouterr().err


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="no /dev/full on this system")
def test_a_full_disk_under_stdout_is_told(tmp_path: Path) -> None:
    run("init", "-w", str(tmp_path))
    for words in (["--version"], ["--help"], ["status", "-w", str(tmp_path)]):
        full = os.open("/dev/full", os.O_WRONLY)
        try:
            done = run(*words, stdout=full)
        finally:
            os.close(full)
        assert done.returncode == 1
        assert done.stderr.startswith("tutela: error: no space left on the disk or in the quota")
        assert "Traceback" not in done.stderr
        assert "Exception ignored" not in done.stderr


def test_a_reader_that_has_seen_enough_is_no_error(tmp_path: Path) -> None:
    run("init", "-w", str(tmp_path))
    for words in (["--version"], ["--help"], ["status", "-w", str(tmp_path)]):
        read, write = os.pipe()
        os.close(read)
        try:
            done = run(*words, stdout=write)
        finally:
            os.close(write)
        assert (done.returncode, done.stderr) == (1, "")


def test_an_encoding_that_lacks_a_character_is_no_error(tmp_path: Path) -> None:
    folder = tmp_path / "Zürich-界"
    done = run("init", "-w", str(folder), environ={"PYTHONIOENCODING": "ascii"})
    assert done.returncode == 0
    assert "Z\\xfcrich-\\u754c" in done.stdout


def test_completion_is_offered_for_the_shell() -> None:
    done = run(
        environ={
            "_TUTELA_COMPLETE": "complete_bash",
            "COMP_WORDS": "tutela ret",
            "COMP_CWORD": "1",
        }
    )
    assert done.stdout.split() == ["retention"]
