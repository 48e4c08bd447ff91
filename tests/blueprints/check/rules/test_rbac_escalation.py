"""Variants that the rule rbac-escalation finds, and others that it has nothing to say of."""

from __future__ import annotations

from tests.blueprints.check.rules.variants import Edit, finds

RULE = "rbac-escalation"
WRONG: dict[str, tuple[Edit, str]] = {
    "every verb": (
        ("role.yaml", "verbs: [get, list, watch]", 'verbs: ["*"]'),
        "means every one of verbs",
    ),
    "binding": (
        ("role.yaml", "verbs: [get, list, watch]", "verbs: [bind]"),
        "lets its holder bind",
    ),
    "everybody": (
        (
            "binding.yaml",
            "",
            (
                "apiVersion: rbac.authorization.k8s.io/v1\n"
                "kind: RoleBinding\n"
                "metadata: {name: all, namespace: web}\n"
                "roleRef: {kind: Role, name: operator}\n"
                'subjects: [{kind: Group, name: "system:authenticated"}]\n'
            ),
        ),
        "which is everybody",
    ),
    "a single person": (
        (
            "binding.yaml",
            "",
            (
                "apiVersion: rbac.authorization.k8s.io/v1\n"
                "kind: RoleBinding\n"
                "metadata: {name: ada, namespace: web}\n"
                "roleRef: {kind: Role, name: operator}\n"
                "subjects: [{kind: User, name: ada}]\n"
            ),
        ),
        "to the single person ada",
    ),
    "the whole cluster": (
        (
            "binding.yaml",
            "",
            (
                "apiVersion: rbac.authorization.k8s.io/v1\n"
                "kind: ClusterRoleBinding\n"
                "metadata: {name: ops}\n"
                "roleRef: {kind: ClusterRole, name: cluster-admin}\n"
                "subjects: [{kind: Group, name: ops}]\n"
            ),
        ),
        "gives ops the whole cluster",
    ),
}

test_says_what_is_wrong = finds(RULE, WRONG)
