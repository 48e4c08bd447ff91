"""Variants that the rule volume-mount finds, and others that it has nothing to say of."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.blueprints.check.rules.variants import Edit, said

RULE = "volume-mount"
WRONG: dict[str, tuple[Edit, str]] = {
    "no volume": (
        (
            "web/deployment.yaml",
            "            - name: tmp\n              mountPath",
            "            - name: temp\n              mountPath",
        ),
        "mounts 'temp', which is no volume",
    ),
    "one path twice": (
        ("web/deployment.yaml", "mountPath: /etc/web", "mountPath: /tmp"),
        "mounts two volumes at /tmp",
    ),
    "no such entry": (
        (
            "web/deployment.yaml",
            "              mountPath: /etc/web\n",
            "              mountPath: /etc/web\n              subPath: mood\n",
        ),
        "subPath 'mood' is no entry of ConfigMap web",
    ),
    "a claim that is only read": (
        (
            "web/deployment.yaml",
            "          configMap:\n            name: web\n",
            "          persistentVolumeClaim:\n            claimName: web\n",
        ),
        "is only read, and its claim is not readOnly",
    ),
}
RIGHT: dict[str, tuple[Edit, ...]] = {
    "an entry": (
        (
            "web/deployment.yaml",
            "              mountPath: /etc/web\n",
            "              mountPath: /etc/web\n              subPath: mode\n",
        ),
    ),
}


@pytest.mark.parametrize("name", WRONG)
def test_says_what_is_wrong(name: str, tmp_path: Path) -> None:
    edit, words = WRONG[name]
    messages = said(tmp_path, RULE, edit)
    assert any(words in message for message in messages), messages


@pytest.mark.parametrize("name", RIGHT)
def test_has_nothing_to_say_of_what_is_right(name: str, tmp_path: Path) -> None:
    assert said(tmp_path, RULE, *RIGHT[name]) == []
