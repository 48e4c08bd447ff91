"""Variants that the rule argocd-project-scope finds, and others that it has nothing to say of."""

from __future__ import annotations

from tests.blueprints.check.rules.variants import Edit, accepts, finds

RULE = "argocd-project-scope"
WRONG: dict[str, tuple[Edit, str]] = {
    "a project that is not there": (
        ("team/apps/site.yaml", "project: web", "project: wed"),
        "names the project wed",
    ),
    "a repository that the project does not take": (
        ("platform/project.yaml", "teams/web.git", "teams/other.git"),
        "does not take the repository",
    ),
    "a destination that the project does not take": (
        ("team/apps/site.yaml", "namespace: web\n  syncPolicy", "namespace: shop\n  syncPolicy"),
        "does not take the destination shop",
    ),
    "a home that the project does not know": (
        ("platform/project.yaml", "  sourceNamespaces:\n    - web\n", ""),
        "takes no Applications from namespace web",
    ),
    "a document for another namespace": (
        ("team/site/config.yaml", "namespace: web", "namespace: shop"),
        "does not take namespace shop",
    ),
}
RIGHT: dict[str, tuple[Edit, ...]] = {
    "a pattern of namespaces": (
        (
            "platform/project.yaml",
            "  sourceNamespaces:\n    - web\n",
            "  sourceNamespaces:\n    - w*\n",
        ),
    ),
}

test_says_what_is_wrong = finds(RULE, WRONG)
test_has_nothing_to_say_of_what_is_right = accepts(RULE, RIGHT)
