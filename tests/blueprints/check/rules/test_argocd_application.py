"""Variants that the rule argocd-application finds, and others that it has nothing to say of."""

from __future__ import annotations

from tests.blueprints.check.rules.variants import Edit, finds

RULE = "argocd-application"
WRONG: dict[str, tuple[Edit, str]] = {
    "no automated sync": (
        (
            "team/apps/site.yaml",
            ("    automated:\n      prune: true\n      selfHeal: true\n      allowEmpty: false\n"),
            "",
        ),
        "is synced by hand",
    ),
    "no revision": (
        ("team/apps/site.yaml", "    targetRevision: main\n", ""),
        "does not say which revision",
    ),
    "a chart of whatever version": (
        ("team/apps/site.yaml", "    path: site\n", "    chart: site\n"),
        "deploys whatever version of a chart fits main",
    ),
    "no bound on retries": (
        ("team/apps/site.yaml", "      limit: 5\n", ""),
        "needs a bound on retries",
    ),
    "a namespace without bounds": (
        ("team/apps/site.yaml", "- ServerSideApply=true", "- CreateNamespace=true"),
        "without anything that bounds it",
    ),
    "two names of the cluster": (
        (
            "team/apps/site.yaml",
            "    server: https://kubernetes.default.svc\n",
            "    server: https://kubernetes.default.svc\n    name: in-cluster\n",
        ),
        "either server or name",
    ),
    "an empty folder that deletes everything": (
        ("team/apps/site.yaml", "allowEmpty: false", "allowEmpty: true"),
        "deletes everything when its folder is empty",
    ),
}

test_says_what_is_wrong = finds(RULE, WRONG)
