"""Variants that the rule argocd-phantom-path finds, and others that it has nothing to say of."""

from __future__ import annotations

from tests.blueprints.check.rules.variants import Edit, accepts, finds

RULE = "argocd-phantom-path"
WRONG: dict[str, tuple[Edit, str]] = {
    "a path that leaves the repository": (
        ("team/apps/site.yaml", "path: site", "path: ../../platform"),
        "leaves its repository",
    ),
    "values that are not there": (
        (
            "team/apps/site.yaml",
            "    path: site\n",
            "    path: site\n    helm:\n      valueFiles: [prod.yaml]\n",
        ),
        "takes values from 'prod.yaml'",
    ),
    "values from the top that are not there": (
        (
            "team/apps/site.yaml",
            "    path: site\n",
            "    path: site\n    helm:\n      valueFiles: [/site/prod.yaml]\n",
        ),
        "takes values from '/site/prod.yaml'",
    ),
    "values of a source that there is not": (
        (
            "team/apps/site.yaml",
            "    path: site\n",
            "    path: site\n    helm:\n      valueFiles: [$values/apps/site.yaml]\n",
        ),
        "no source has ref: values",
    ),
    "values that the other source does not have": (
        (
            "team/apps/site.yaml",
            "    path: site\n",
            "    path: site\n    ref: own\n    helm:\n      valueFiles: [$own/prod.yaml]\n",
        ),
        "takes values from '$own/prod.yaml', which is not there",
    ),
}
RIGHT: dict[str, tuple[Edit, ...]] = {
    "a folder of the same repository": (("team/apps/site.yaml", "path: site", "path: apps"),),
    "values from the top": (
        (
            "team/apps/site.yaml",
            "    path: site\n",
            "    path: site\n    helm:\n      valueFiles: [/apps/site.yaml]\n",
        ),
    ),
    "a chart of a registry": (("team/apps/site.yaml", "    path: site\n", "    chart: site\n"),),
}

test_says_what_is_wrong = finds(RULE, WRONG)
test_has_nothing_to_say_of_what_is_right = accepts(RULE, RIGHT)
