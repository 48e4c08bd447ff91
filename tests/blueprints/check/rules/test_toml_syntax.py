"""TOML that cannot be read."""

from pathlib import Path

from blueprints.check.rules import toml_syntax
from tests.blueprints.check.rules.asking import told


def test_a_table_that_stands_twice_is_told_with_its_line(tmp_path: Path) -> None:
    text = 'image = "x"\n[env]\nA = "1"\n[env]\n'
    (found,) = told(toml_syntax, tmp_path, {"a.toml": text})
    assert found.startswith("a.toml:4: is not TOML: cannot declare ('env',) twice")


def test_bytes_that_are_no_text_and_nesting_without_end_are_told(tmp_path: Path) -> None:
    files = {"a.toml": b"a = '\xff'\n", "b.toml": b"a = " + b"[" * 50_000}
    found = told(toml_syntax, tmp_path, files)
    assert found[0] == "a.toml:1: is not UTF-8 text"
    assert found[1].startswith("b.toml:0: ")


def test_good_toml_is_not(tmp_path: Path) -> None:
    assert told(toml_syntax, tmp_path, {"a.toml": "a = 1\n[b]\nc = [1, 2]\n"}) == []
