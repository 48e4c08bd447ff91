"""Variants that the rule network-sides finds, and others that it has nothing to say of."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.blueprints.check.rules.variants import Edit, said

RULE = "network-sides"
WRONG: dict[str, tuple[Edit, str]] = {
    "a side that is missing": (
        (
            "network.yaml",
            (
                "  ingress:\n"
                "    - from:\n"
                "        - podSelector:\n"
                "            matchLabels:\n"
                "              app.kubernetes.io/name: client\n"
                "      ports:\n"
                "        - protocol: TCP\n"
                "          port: http\n"
            ),
            "",
        ),
        "and no policy of Deployment web/web does",
    ),
    "pods that are not there": (
        (
            "network.yaml",
            "              app.kubernetes.io/name: client\n      ports",
            "              app.kubernetes.io/name: customer\n      ports",
        ),
        "names pods that are not there",
    ),
    "no way to ask for names": (
        ("network.yaml", "        - protocol: UDP\n          port: 53\n", ""),
        "no policy lets it ask DNS",
    ),
    "a way that nobody uses": (
        ("client/deployment.yaml", "value: http://web:80", "value: quiet"),
        "which it is given no address of",
    ),
    "a door without an Ingress": (
        (
            "network.yaml",
            (
                "        - podSelector:\n"
                "            matchLabels:\n"
                "              app.kubernetes.io/name: client\n"
                "      ports"
            ),
            (
                "        - podSelector:\n"
                "            matchLabels:\n"
                "              app.kubernetes.io/name: client\n"
                "        - namespaceSelector:\n"
                "            matchLabels:\n"
                "              kubernetes.io/metadata.name: ingress\n"
                "      ports"
            ),
        ),
        "and no Ingress leads there",
    ),
}
RIGHT: dict[str, tuple[Edit, ...]] = {
    "a port by its number": (("network.yaml", "port: http", "port: 8080"),),
}


@pytest.mark.parametrize("name", WRONG)
def test_says_what_is_wrong(name: str, tmp_path: Path) -> None:
    edit, words = WRONG[name]
    messages = said(tmp_path, RULE, edit)
    assert any(words in message for message in messages), messages


@pytest.mark.parametrize("name", RIGHT)
def test_has_nothing_to_say_of_what_is_right(name: str, tmp_path: Path) -> None:
    assert said(tmp_path, RULE, *RIGHT[name]) == []
