"""Variants that the rule service-account-token finds, and others that it has nothing to say of."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.blueprints.check.rules.variants import Edit, said

RULE = "service-account-token"
WRONG: dict[str, tuple[Edit, str]] = {
    "a ServiceAccount that gives its token": (
        ("web/account.yaml", "automountServiceAccountToken: false\n", ""),
        "gives its token to every pod",
    ),
    "the ServiceAccount default": (
        ("web/deployment.yaml", "      serviceAccountName: web\n", ""),
        "uses the ServiceAccount default",
    ),
    "a right without a token": (
        (
            "rbac.yaml",
            "",
            (
                "apiVersion: rbac.authorization.k8s.io/v1\n"
                "kind: RoleBinding\n"
                "metadata: {name: web, namespace: web}\n"
                "roleRef: {kind: Role, name: web}\n"
                "subjects: [{kind: ServiceAccount, name: web, namespace: web}]\n"
            ),
        ),
        "gets no token",
    ),
}


@pytest.mark.parametrize("name", WRONG)
def test_says_what_is_wrong(name: str, tmp_path: Path) -> None:
    edit, words = WRONG[name]
    messages = said(tmp_path, RULE, edit)
    assert any(words in message for message in messages), messages
