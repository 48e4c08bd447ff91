"""Variants that the rule argocd-option-spelling finds, and others that it has nothing to say of."""

from __future__ import annotations

from tests.blueprints.check.rules.variants import Edit, accepts, finds

RULE = "argocd-option-spelling"
WRONG: dict[str, tuple[Edit, str]] = {
    "a value that the option does not have": (
        ("team/apps/site.yaml", "ServerSideApply=true", "ServerSideApply=yes"),
        "should be ServerSideApply=true or ServerSideApply=false",
    ),
    "an annotation that ArgoCD does not know": (
        (
            "team/site/config.yaml",
            "  namespace: web\n",
            ("  namespace: web\n  annotations:\n    argocd.argoproj.io/sync-option: Prune=false\n"),
        ),
        "did you mean sync-options?",
    ),
    "a prefix that is nearly right": (
        (
            "team/site/config.yaml",
            "  namespace: web\n",
            ("  namespace: web\n  annotations:\n    argocd.argoprj.io/sync-options: Prune=false\n"),
        ),
        "is not one of ArgoCD's",
    ),
    "a blank around the sign": (
        (
            "team/site/config.yaml",
            "  namespace: web\n",
            (
                "  namespace: web\n"
                "  annotations:\n"
                "    argocd.argoproj.io/sync-options: Prune = false\n"
            ),
        ),
        "option 'Prune = false'",
    ),
    "a hook that there is not": (
        (
            "team/site/config.yaml",
            "  namespace: web\n",
            ("  namespace: web\n  annotations:\n    argocd.argoproj.io/hook: preSync\n"),
        ),
        "did you mean PreSync?",
    ),
    "a finalizer that ArgoCD does not know": (
        (
            "team/apps/site.yaml",
            "resources-finalizer.argocd.argoproj.io",
            "resource-finalizer.argocd.argoproj.io",
        ),
        "has the finalizer",
    ),
    "an option twice": (
        (
            "team/apps/site.yaml",
            "      - ServerSideApply=true\n",
            "      - ServerSideApply=true\n      - ServerSideApply=false\n",
        ),
        "more than once",
    ),
}
RIGHT: dict[str, tuple[Edit, ...]] = {
    "several options of a document": (
        (
            "team/site/config.yaml",
            "  namespace: web\n",
            (
                "  namespace: web\n"
                "  annotations:\n"
                "    argocd.argoproj.io/sync-options: Prune=false, Delete=false\n"
            ),
        ),
    ),
    "an annotation of somebody else": (
        (
            "team/site/config.yaml",
            "  namespace: web\n",
            (
                "  namespace: web\n"
                "  annotations:\n"
                "    argocd-image-updater.argoproj.io/image-list: web\n"
            ),
        ),
    ),
}

test_says_what_is_wrong = finds(RULE, WRONG)
test_has_nothing_to_say_of_what_is_right = accepts(RULE, RIGHT)
