"""Variants of a rule's valid repository, and what the rule says of each."""

from __future__ import annotations

import shutil
from pathlib import Path

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
