"""Variants that the rule service-links finds, and others that it has nothing to say of."""

from __future__ import annotations

from pathlib import Path

from tests.blueprints.check.rules.variants import Edit, said

RULE = "service-links"


def test_a_pod_says_that_it_wants_no_links(tmp_path: Path) -> None:
    edit: Edit = ("web/deployment.yaml", "enableServiceLinks: false", "enableServiceLinks: true")
    assert "gets variables of every Service" in said(tmp_path, RULE, edit)[0]


def test_the_default_is_not_enough(tmp_path: Path) -> None:
    edit: Edit = ("web/deployment.yaml", "      enableServiceLinks: false\n", "")
    assert len(said(tmp_path, RULE, edit)) == 1
