import os
import sys
import time
from pathlib import Path

import pytest

from blueprints.check.tools.process import find, programs, run
from tests.blueprints.check.tools.programs import program


def test_it_says_how_a_program_ended(tmp_path: Path) -> None:
    path = tmp_path / "bin"
    program(path, "tool", "echo out; echo err >&2; exit 3")
    ran = run([str(path / "tool")], tmp_path, tmp_path, 10)
    assert (ran.code, ran.out, ran.err, ran.in_time) == (3, "out\n", "err\n", True)
    assert ran.last_words == "err"


def test_nothing_of_the_callers_reaches_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "private")
    monkeypatch.setenv("LD_PRELOAD", "")
    program(tmp_path / "bin", "tool", "env; pwd; cat")
    ran = run([str(tmp_path / "bin" / "tool")], tmp_path, tmp_path, 10)
    names = {line.split("=")[0] for line in ran.out.splitlines() if "=" in line}
    assert names - {"PWD", "_", "SHLVL", "OLDPWD"} == {
        "HOME",
        "XDG_CONFIG_HOME",
        "XDG_CACHE_HOME",
        "TMPDIR",
        "PATH",
        "LANG",
        "NO_COLOR",
        "PYTHONSAFEPATH",
        "CHECKPOINT_DISABLE",
        "GIT_CONFIG_NOSYSTEM",
        "GIT_CEILING_DIRECTORIES",
    }
    assert "private" not in ran.out
    assert str(tmp_path) in ran.out.splitlines()


def test_words_are_words_and_no_script(tmp_path: Path) -> None:
    program(tmp_path / "bin", "tool", 'printf "%s\\n" "$@"')
    words = ["$(touch owned)", "; touch owned", "a b", "*"]
    ran = run([str(tmp_path / "bin" / "tool"), *words], tmp_path, tmp_path, 10)
    assert ran.out.splitlines() == words
    assert not (tmp_path / "owned").exists()


def test_one_that_takes_too_long_ends_with_all_that_it_started(tmp_path: Path) -> None:
    program(tmp_path / "bin", "tool", "sleep 60 & echo $! > child; sleep 60")
    start = time.monotonic()
    ran = run([str(tmp_path / "bin" / "tool")], tmp_path, tmp_path, 0.5)
    assert not ran.in_time
    assert ran.code < 0
    assert time.monotonic() - start < 5
    child = int((tmp_path / "child").read_text())
    for _ in range(100):
        if not Path(f"/proc/{child}").exists() or "Z" in Path(f"/proc/{child}/stat").read_text():
            return
        time.sleep(0.05)
    raise AssertionError("its child lives on")


def test_a_program_that_is_not_there_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(OSError, match="No such file"):
        run([str(tmp_path / "none")], tmp_path, tmp_path, 1)


def test_programs_of_the_repository_are_never_found(tmp_path: Path) -> None:
    repo = tmp_path / "repo"
    program(repo, "tool", "")
    program(repo / "bin", "tool", "")
    outside = program(tmp_path / "outside", "other", "").partition(":")[0]
    (tmp_path / "outside" / "tool").symlink_to(repo / "tool")
    assert find("tool", f".:{repo}:{repo}/bin:{outside}", repo) is None
    program(tmp_path / "good", "tool", "")
    path = os.pathsep.join((".", "", str(repo), str(repo / "bin"), outside, str(tmp_path / "good")))
    assert find("tool", path, repo) == tmp_path / "good" / "tool"
    assert find("nothing-of-this-name", path, repo) is None


def test_programs_beside_this_python_come_first() -> None:
    assert programs({"PATH": "/a:/b"}).split(":") == [os.path.dirname(sys.executable), "/a", "/b"]
    assert programs({})
