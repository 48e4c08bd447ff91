"""Variants that the rule repeated-item finds, and others that it has nothing to say of."""

from __future__ import annotations

from pathlib import Path

from tests.blueprints.check.rules.variants import Edit, accepts, finds, said

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

test_says_what_is_wrong = finds(RULE, WRONG)
test_has_nothing_to_say_of_what_is_right = accepts(RULE, RIGHT)


def test_two_files_of_one_folder_that_say_the_same(tmp_path: Path) -> None:
    text = "name: a configuration of something\n"
    edits = (("a.yaml", "", text), ("b.yaml", "", f"# another\n{text}"), ("c/a.yaml", "", text))
    assert said(tmp_path, RULE, *edits) == ["says the same as a.yaml"]
