"""Variants that the rule argocd-sync-wave finds, and others that it has nothing to say of."""

from __future__ import annotations

from tests.blueprints.check.rules.variants import Edit, accepts, finds

RULE = "argocd-sync-wave"
WRONG: dict[str, tuple[Edit, str]] = {
    "a number without quotes": (
        ("team/site/config.yaml", 'sync-wave: "1"', "sync-wave: 1"),
        "is not a whole number in quotes",
    ),
    "a wave on an Application": (
        (
            "team/apps/site.yaml",
            "  namespace: web\n",
            ('  namespace: web\n  annotations:\n    argocd.argoproj.io/sync-wave: "2"\n'),
        ),
        "does not judge the health of Applications",
    ),
}
RIGHT: dict[str, tuple[Edit, ...]] = {
    "a wave on an Application whose health is judged": (
        (
            "team/apps/site.yaml",
            "  namespace: web\n",
            ('  namespace: web\n  annotations:\n    argocd.argoproj.io/sync-wave: "2"\n'),
        ),
        (
            "platform/cm.yaml",
            "",
            (
                "apiVersion: v1\n"
                "kind: ConfigMap\n"
                "metadata: {name: argocd-cm, namespace: argocd}\n"
                "data:\n"
                "  resource.customizations.health.argoproj.io_Application: |\n"
                "    hs.status = obj.status.health.status\n"
            ),
        ),
    ),
}

test_says_what_is_wrong = finds(RULE, WRONG)
test_has_nothing_to_say_of_what_is_right = accepts(RULE, RIGHT)
