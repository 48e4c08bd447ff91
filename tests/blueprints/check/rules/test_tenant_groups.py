"""Variants that the rule tenant-groups finds, and others that it has nothing to say of."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.blueprints.check.rules.variants import Edit, said

RULE = "tenant-groups"
WRONG: dict[str, tuple[Edit, str]] = {
    "a role that nobody has": (
        ("platform/web/rbac.yaml", "name: tenant-viewer", "name: tenant-reader"),
        "nobody is viewer in namespace web",
    ),
    "one group in two roles": (
        ("platform/project.yaml", "groups: [web-members]", "groups: [web-viewers]"),
        "group web-viewers is already viewer of web",
    ),
}
RIGHT: dict[str, tuple[Edit, ...]] = {
    "groups without a prefix": (("platform/web/rbac.yaml", "oidc:web-viewers", "web-viewers"),),
}


@pytest.mark.parametrize("name", WRONG)
def test_says_what_is_wrong(name: str, tmp_path: Path) -> None:
    edit, words = WRONG[name]
    messages = said(tmp_path, RULE, edit)
    assert any(words in message for message in messages), messages


@pytest.mark.parametrize("name", RIGHT)
def test_has_nothing_to_say_of_what_is_right(name: str, tmp_path: Path) -> None:
    assert said(tmp_path, RULE, *RIGHT[name]) == []
