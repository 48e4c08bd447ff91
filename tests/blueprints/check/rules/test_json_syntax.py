"""JSON that cannot be read."""

from pathlib import Path

import pytest

from blueprints.check.rules import json_syntax
from tests.blueprints.check.rules.asking import told


@pytest.mark.parametrize(
    ("text", "words"),
    [
        (b'{"a": 1,}', "a.json:1: is not JSON: "),
        (b'{\n"a": 1\n"b": 2}', "a.json:3: is not JSON: expecting ',' delimiter"),
        (b'{"a": 1,\n "a": 2}', 'a.json:2: key "a" stands twice in one object'),
        (b'{"a": NaN}', "a.json:0: NaN is not JSON"),
        (b'{"a": "\xff"}', "a.json:1: is not UTF-8 text"),
        (b"[" * 100_000, "a.json:0: is nested too deep"),
    ],
)
def test_the_first_thing_wrong_is_told(text: bytes, words: str, tmp_path: Path) -> None:
    (found,) = told(json_syntax, tmp_path, {"a.json": text})
    assert found.startswith(words)


def test_good_json_and_files_that_tools_allow_comments_in_are_not(tmp_path: Path) -> None:
    files = {
        "a.json": '{"a": {"a": [1, 2.5e3, null, true]}}',
        "long.json": "[" + "9" * 100_000 + "]",
        "tsconfig.json": "{ // comment\n}",
        ".vscode/settings.json": "{ // comment\n}",
    }
    assert told(json_syntax, tmp_path, files) == []
