"""Variants that the rule argocd-settings finds, and others that it has nothing to say of."""

from __future__ import annotations

from tests.blueprints.check.rules.variants import Edit, accepts, finds

RULE = "argocd-settings"
RBAC = "  name: argocd-rbac-cm"
APPLICATION = (
    "apiVersion: argoproj.io/v1alpha1\nkind: Application\nmetadata: {name: a, namespace: b}\n"
)
WRONG: dict[str, tuple[Edit, str]] = {
    "another namespace": (
        (
            "settings.yaml",
            "  name: argocd-rbac-cm\n  namespace: argocd",
            "  name: argocd-rbac-cm\n  namespace: other",
        ),
        "is not in namespace argocd",
    ),
    "another name": (
        ("settings.yaml", "  name: argocd-rbac-cm", "  name: argocd-rbac"),
        "argocd-rbac-cm is not",
    ),
    "the namespaces of Applications": (
        ("app.yaml", "", APPLICATION),
        "argocd-cmd-params-cm is not",
    ),
}
RIGHT: dict[str, Edit] = {
    "a key more": ("settings.yaml", "  scopes:", "  policy.matchMode: glob\n  scopes:"),
}

test_says_what_is_wrong = finds(RULE, WRONG)
test_has_nothing_to_say_of_what_is_right = accepts(RULE, RIGHT)
