"""Variants of a rule's valid repository, and what the rule says of each."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Mapping
from pathlib import Path

import pytest

from blueprints.check.registry import package_of
from blueprints.check.run import Asked, check
from tests.blueprints.mutation.campaign import TODAY

TESTS = Path(__file__).parents[3]
INVALID = TESTS / "blueprints" / "invalid"

Edit = tuple[str, str, str]
"""File, what stands there, and what shall; an empty old text appends to the file."""


def said(folder: Path, rule: str, *edits: Edit) -> list[str]:
    """The messages of a rule about its valid repository with some edits."""
    repository = folder / "repository"
    room = package_of(rule).partition(".")[0]
    shutil.copytree(TESTS / room / "invalid" / rule / "valid", repository)
    for file, old, new in edits:
        path = repository / file
        path.parent.mkdir(parents=True, exist_ok=True)
        text = path.read_text(encoding="utf-8") if path.exists() else ""
        assert old in text, f"{file} does not hold {old!r}"
        path.write_text(text.replace(old, new, 1) if old else text + new, encoding="utf-8")
    result = check(repository, Asked(only=(rule,), history=False), TODAY)
    return [one.message for one in result.findings]


def finds(
    rule: str, wrong: Mapping[str, tuple[*tuple[Edit, ...], str]]
) -> Callable[[str, Path], None]:
    """A test with a case for each variant: edits, and words that a message of the rule holds."""

    @pytest.mark.parametrize("name", wrong)
    def test(name: str, tmp_path: Path) -> None:
        *edits, words = wrong[name]
        messages = said(tmp_path, rule, *edits)
        assert any(words in message for message in messages), messages

    return test


def accepts(
    rule: str, right: Mapping[str, Edit] | Mapping[str, tuple[Edit, ...]]
) -> Callable[[str, Path], None]:
    """A test with a case for each variant, an edit or several: the rule says nothing."""

    @pytest.mark.parametrize("name", right)
    def test(name: str, tmp_path: Path) -> None:
        messages = said(tmp_path, rule, *_edits(right[name]))
        assert not messages, messages

    return test


def _edits(variant: Edit | tuple[Edit, ...]) -> tuple[Edit, ...]:
    match variant:
        case (str(file), str(old), str(new)):
            return ((file, old, new),)
        case _:
            return variant
