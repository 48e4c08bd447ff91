"""Variants that the rule dns-egress finds, and others that it has nothing to say of."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.blueprints.check.rules.variants import Edit, said

RULE = "dns-egress"
TCP = "        - protocol: TCP\n          port: 53\n"
WRONG: dict[str, tuple[Edit, str]] = {
    "UDP only": (("names.yaml", TCP, ""), "port 53, UDP and TCP"),
    "another port": (("names.yaml", "          port: 53\n", "          port: 54\n"), "port 53"),
    "another server": (("names.yaml", "k8s-app: kube-dns", "k8s-app: proxy"), "name server"),
    "all of the namespace": (
        ("names.yaml", "              k8s-app: kube-dns\n", "              {}\n"),
        "not to its name server",
    ),
}
RIGHT: dict[str, Edit] = {
    "CoreDNS": ("names.yaml", "k8s-app: kube-dns", "app.kubernetes.io/name: coredns"),
    "another namespace": ("names.yaml", "metadata.name: kube-system", "metadata.name: monitoring"),
}


@pytest.mark.parametrize("name", WRONG)
def test_says_what_is_wrong(name: str, tmp_path: Path) -> None:
    edit, words = WRONG[name]
    messages = said(tmp_path, RULE, edit)
    assert any(words in message for message in messages), messages


@pytest.mark.parametrize("name", RIGHT)
def test_has_nothing_to_say_of_what_is_right(name: str, tmp_path: Path) -> None:
    assert said(tmp_path, RULE, RIGHT[name]) == []
