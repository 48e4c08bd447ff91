"""A rule given a few files."""

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from types import ModuleType
from typing import Any

from blueprints.check.finding import Finding, NotChecked
from blueprints.check.settings import load_settings
from tests.blueprints.check.places import repository


def said(
    rule: ModuleType, folder: Path, files: Mapping[str, str | bytes], **settings: Any
) -> list[Finding | NotChecked]:
    """Everything that a rule says of these files."""
    repo = repository(folder / "repo", files)
    return list(rule.check(repo, replace(load_settings(repo), **settings)))


def told(
    rule: ModuleType, folder: Path, files: Mapping[str, str | bytes], **settings: Any
) -> list[str]:
    """The findings as ``file:line: message``, sorted as a report has them."""
    found = [one for one in said(rule, folder, files, **settings) if isinstance(one, Finding)]
    assert {one.rule for one in found} <= {rule.ID}
    return [f"{one.file}:{one.line}: {one.message}" for one in sorted(found)]


def not_checked(
    rule: ModuleType, folder: Path, files: Mapping[str, str | bytes], **settings: Any
) -> list[str]:
    """What the rule could not look at."""
    found = said(rule, folder, files, **settings)
    return [one.reason for one in found if isinstance(one, NotChecked)]
