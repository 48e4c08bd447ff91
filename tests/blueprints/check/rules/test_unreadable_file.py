import os
from pathlib import Path

from blueprints.check.finding import Finding, Level, NotChecked
from blueprints.check.repository import Repository
from blueprints.check.rules.unreadable_file import check
from tests.blueprints.check.places import write


def test_what_no_rule_sees_is_told(tmp_path: Path) -> None:
    write(tmp_path, {"a": "", ".terraform/x": "", "gone": "x"})
    (tmp_path / "in").symlink_to("a")
    (tmp_path / "out").symlink_to("/etc/passwd")
    os.mkfifo(tmp_path / "pipe")
    repo = Repository(tmp_path)
    (tmp_path / "gone").unlink()
    repo.read("gone")
    found = list(check(repo, repo.settings))
    assert {(one.file, one.level) for one in found if isinstance(one, Finding)} == {
        ("in", Level.WARNING),
        ("out", Level.ERROR),
        ("pipe", Level.ERROR),
        ("gone", Level.ERROR),
    }
    assert [one.file for one in found if isinstance(one, NotChecked)] == [".terraform"]


def test_names_that_a_terminal_would_hide_are_told(tmp_path: Path) -> None:
    write(tmp_path, {"plain-ü.yaml": "", "a\nb": "", "x\u202egnp.exe": "", "\x1b[31m": ""})
    with open(os.fsencode(tmp_path) + b"/\xff", "wb"):
        pass
    repo = Repository(tmp_path)
    found = [one for one in check(repo, repo.settings) if isinstance(one, Finding)]
    assert {one.file for one in found} == {"a\nb", "x\u202egnp.exe", "\x1b[31m", "\udcff"}
    assert {one.message for one in found} == {
        "a name with characters that are not shown, or bytes that are not UTF-8"
    }
