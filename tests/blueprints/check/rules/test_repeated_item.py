"""Variants that the rule repeated-item finds, and others that it has nothing to say of."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.blueprints.check.rules.variants import Edit, said

RULE = "repeated-item"
TWICE = "hooks:\n  - {id: a, types: [yaml, yaml]}\n"
POD = """\
apiVersion: v1
kind: Pod
metadata: {name: a}
spec:
  containers: [{name: b, image: c, command: [dex, dex]}]
"""
WRONG: dict[str, tuple[Edit, str]] = {
    "a text in a list": (("hooks.yaml", "", TWICE), "'yaml' stands 2 times in one list"),
    "a word of a command": (("pod.yaml", "", POD), "command of b has 'dex' twice"),
}
RIGHT: dict[str, Edit] = {
    "words of a script": ("ci.yaml", "", "job:\n  script: [make, make]\n"),
    "the same number": ("numbers.yaml", "", "ports: [1, 1]\n"),
}


@pytest.mark.parametrize("name", WRONG)
def test_says_what_is_wrong(name: str, tmp_path: Path) -> None:
    edit, words = WRONG[name]
    messages = said(tmp_path, RULE, edit)
    assert any(words in message for message in messages), messages


@pytest.mark.parametrize("name", RIGHT)
def test_has_nothing_to_say_of_what_is_right(name: str, tmp_path: Path) -> None:
    assert said(tmp_path, RULE, RIGHT[name]) == []


def test_two_files_of_one_folder_that_say_the_same(tmp_path: Path) -> None:
    text = "name: a configuration of something\n"
    edits = (("a.yaml", "", text), ("b.yaml", "", f"# another\n{text}"), ("c/a.yaml", "", text))
    assert said(tmp_path, RULE, *edits) == ["says the same as a.yaml"]
