"""Variants that the rule etcd-encryption finds, and others that it has nothing to say of."""

from pathlib import Path

import pytest

from tests.blueprints.check.rules.variants import Edit, said

RULE = "etcd-encryption"
ENC = "rke2/enc.yaml"
RKE = "rke2/config.yaml"
WRONG: dict[str, tuple[Edit, str]] = {
    "identity": (
        (ENC, "          timeout: 3s\n", "          timeout: 3s\n      - identity: {}\n"),
        "identity stores secrets in the clear",
    ),
    "a key on the disk": (
        (ENC, "          timeout: 3s\n", "          timeout: 3s\n      - secretbox: {keys: []}\n"),
        "the key of secretbox lies on the server's disk",
    ),
    "version 1": ((ENC, "apiVersion: v2", "apiVersion: v1"), "kms of version 1"),
    "RKE2's own": (
        (RKE, "profile: cis\n", "profile: cis\nsecrets-encryption-provider: aescbc\n"),
        "secrets-encryption-provider keeps its key on the server's disk",
    ),
}
RIGHT: dict[str, Edit] = {
    "no environment": ("spec.yaml", "blueprint: tce", "blueprint: cluster"),
    "another file": ("other/config.yaml", "", "secrets-encryption-provider: aescbc\n"),
}


@pytest.mark.parametrize("name", WRONG)
def test_says_what_is_wrong(name: str, tmp_path: Path) -> None:
    edit, words = WRONG[name]
    messages = said(tmp_path, RULE, edit)
    assert any(words in message for message in messages), messages


@pytest.mark.parametrize("name", RIGHT)
def test_has_nothing_to_say_of_what_is_right(name: str, tmp_path: Path) -> None:
    assert said(tmp_path, RULE, RIGHT[name]) == []
