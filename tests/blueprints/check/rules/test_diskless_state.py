"""Variants that the rule diskless-state finds, and others that it has nothing to say of."""

from __future__ import annotations

from tests.blueprints.check.rules.variants import Edit, finds

RULE = "diskless-state"
WRONG: dict[str, tuple[Edit, str]] = {
    "a StatefulSet": (
        ("web/deployment.yaml", "kind: Deployment", "kind: StatefulSet"),
        "keeps state and can run on diskless nodes only",
    ),
    "a database": (
        ("web/deployment.yaml", "team/web@", "library/postgres@"),
        "postgresql keeps state",
    ),
    "a claim": (
        (
            "web/deployment.yaml",
            ("          emptyDir:\n            medium: Memory\n            sizeLimit: 64Mi\n"),
            "          persistentVolumeClaim: {claimName: data}\n",
        ),
        "binds it to one diskless node",
    ),
}

test_says_what_is_wrong = finds(RULE, WRONG)
