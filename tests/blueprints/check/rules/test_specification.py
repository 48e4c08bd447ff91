"""Variants that the rule specification finds, and others that it has nothing to say of."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.blueprints.check.rules.variants import Edit, said

RULE = "specification"
WRONG: dict[str, tuple[Edit, str]] = {
    "another class": (
        (
            "claim.yaml",
            "",
            (
                "apiVersion: v1\n"
                "kind: PersistentVolumeClaim\n"
                "metadata: {name: web, namespace: web}\n"
                "spec: {storageClassName: fast}\n"
            ),
        ),
        "storage class that the site does not name",
    ),
    "another host": (
        (
            "config.yaml",
            "",
            (
                "apiVersion: v1\n"
                "kind: ConfigMap\n"
                "metadata: {name: web, namespace: web}\n"
                'data: {url: "https://www.example.net/"}\n'
            ),
        ),
        "names www.example.net",
    ),
    "another network": (
        (
            "network.yaml",
            "",
            (
                "apiVersion: networking.k8s.io/v1\n"
                "kind: NetworkPolicy\n"
                "metadata: {name: web, namespace: web}\n"
                "spec: {egress: [{to: [{ipBlock: {cidr: 192.0.2.0/24}}]}]}\n"
            ),
        ),
        "opens 192.0.2.0/24",
    ),
}
RIGHT: dict[str, tuple[Edit, ...]] = {
    "no specification of sandboxes": (("spec.yaml", "blueprint: sandbox", "blueprint: cluster"),),
}


@pytest.mark.parametrize("name", WRONG)
def test_says_what_is_wrong(name: str, tmp_path: Path) -> None:
    edit, words = WRONG[name]
    messages = said(tmp_path, RULE, edit)
    assert any(words in message for message in messages), messages


@pytest.mark.parametrize("name", RIGHT)
def test_has_nothing_to_say_of_what_is_right(name: str, tmp_path: Path) -> None:
    assert said(tmp_path, RULE, *RIGHT[name]) == []
