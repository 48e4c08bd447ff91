"""Variants that the rule argocd-phantom-path finds, and others that it has nothing to say of."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.blueprints.check.rules.variants import Edit, said

RULE = "argocd-phantom-path"
WRONG: dict[str, tuple[Edit, str]] = {
    "a path that leaves the repository": (
        ("team/apps/site.yaml", "path: site", "path: ../../platform"),
        "leaves its repository",
    ),
    "values that are not there": (
        (
            "team/apps/site.yaml",
            "    path: site\n",
            "    path: site\n    helm:\n      valueFiles: [prod.yaml]\n",
        ),
        "takes values from 'prod.yaml'",
    ),
}
RIGHT: dict[str, tuple[Edit, ...]] = {
    "a folder of the same repository": (("team/apps/site.yaml", "path: site", "path: apps"),),
    "a chart of a registry": (("team/apps/site.yaml", "    path: site\n", "    chart: site\n"),),
}


@pytest.mark.parametrize("name", WRONG)
def test_says_what_is_wrong(name: str, tmp_path: Path) -> None:
    edit, words = WRONG[name]
    messages = said(tmp_path, RULE, edit)
    assert any(words in message for message in messages), messages


@pytest.mark.parametrize("name", RIGHT)
def test_has_nothing_to_say_of_what_is_right(name: str, tmp_path: Path) -> None:
    assert said(tmp_path, RULE, *RIGHT[name]) == []
