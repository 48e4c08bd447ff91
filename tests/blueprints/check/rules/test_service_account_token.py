"""Variants that the rule service-account-token finds, and others that it has nothing to say of."""

from __future__ import annotations

from tests.blueprints.check.rules.variants import Edit, finds

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

test_says_what_is_wrong = finds(RULE, WRONG)
