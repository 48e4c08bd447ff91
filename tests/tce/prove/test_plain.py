"""YAML that means the same to every reader, and what does not."""

from __future__ import annotations

import pytest

from blueprints.yamltext import load
from tce.prove.plain import NotPlainError, read_plain
from tests.tce.intent.specifications import EXAMPLES


@pytest.mark.parametrize("example", ["hospital", "alps"])
def test_examples_are_what_the_engine_reads(example: str) -> None:
    text = (EXAMPLES / f"{example}.yaml").read_text(encoding="utf-8")
    assert read_plain(text)[0] == load(text, example, columns=True).data


def test_scalars_are_those_of_yaml_1_2() -> None:
    value, _ = read_plain("[on, 'true', true, 22:30, 2026-11-22, 010, 10, -3, ~, 1e3]")
    words = ["on", "true", True, "22:30", "2026-11-22", "010", 10, -3, None, "1e3"]
    assert value == words


def test_lines_are_those_of_keys_and_items() -> None:
    _, lines = read_plain("a:\n  - x: 1\n    y: 2\n  - z\nb: {c: d}\n")
    assert lines[("a", 1)] == 4
    assert lines[("b",)] == lines[("b", "c")] == 5
    assert ("a", 0, "y") not in lines


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("a: &x 1\nb: *x", 1),
        ("a: 1\nb: !!int 2", 2),
        ("a: 1\na: 2", 2),
        ("<<: {a: 1}", 1),
        ("? [a]\n: 1", 1),
        ("a: [", 1),
        ("a\n---\nb", 2),
        ("", 1),
        ("[" * 300_000, 1),
        ("- " * 300_000, 1),
    ],
)
def test_what_readers_may_read_otherwise_is_refused(text: str, line: int) -> None:
    with pytest.raises(NotPlainError) as caught:
        read_plain(text)
    assert caught.value.line >= line
