"""Variants that the rule project-wildcard finds, and others that it has nothing to say of."""

from __future__ import annotations

from tests.blueprints.check.rules.variants import Edit, accepts, finds

RULE = "project-wildcard"
WRONG: dict[str, tuple[Edit, str]] = {
    "any namespace": (
        ("project.yaml", "      namespace: argocd", '      namespace: "*"'),
        "permits any namespace in destinations",
    ),
    "any kind": (
        ("project.yaml", "      kind: ConfigMap", '      kind: "*"'),
        "permits any kind in namespaceResourceWhitelist",
    ),
    "any repository": (
        ("project.yaml", "    - https://git.example.org/platform/platform.git", '    - "*"'),
        "permits any of sourceRepos",
    ),
}
RIGHT: dict[str, Edit] = {
    "another namespace": ("project.yaml", "      namespace: argocd", "      namespace: platform"),
}

test_says_what_is_wrong = finds(RULE, WRONG)
test_has_nothing_to_say_of_what_is_right = accepts(RULE, RIGHT)
