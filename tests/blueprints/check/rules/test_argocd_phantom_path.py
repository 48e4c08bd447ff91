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
    "values from the top that are not there": (
        (
            "team/apps/site.yaml",
            "    path: site\n",
            "    path: site\n    helm:\n      valueFiles: [/site/prod.yaml]\n",
        ),
        "takes values from '/site/prod.yaml'",
    ),
    "values of a source that there is not": (
        (
            "team/apps/site.yaml",
            "    path: site\n",
            "    path: site\n    helm:\n      valueFiles: [$values/apps/site.yaml]\n",
        ),
        "no source has ref: values",
    ),
    "values that the other source does not have": (
        (
            "team/apps/site.yaml",
            "    path: site\n",
            "    path: site\n    ref: own\n    helm:\n      valueFiles: [$own/prod.yaml]\n",
        ),
        "takes values from '$own/prod.yaml', which is not there",
    ),
}
RIGHT: dict[str, tuple[Edit, ...]] = {
    "a folder of the same repository": (("team/apps/site.yaml", "path: site", "path: apps"),),
    "values from the top": (
        (
            "team/apps/site.yaml",
            "    path: site\n",
            "    path: site\n    helm:\n      valueFiles: [/apps/site.yaml]\n",
        ),
    ),
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
